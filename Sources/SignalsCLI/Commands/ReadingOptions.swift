import ArgumentParser
import SignalsAPI

/// Selects readings; shared by the commands that show them.
struct ReadingOptions: ParsableArguments, ReadingSelection {
  @Argument(help: "Signal type; 'signals-cli types' lists them.", completion: .signalTypes)
  var type: String

  @Option(help: .init("Only readings of this machine.", valueName: "name"), completion: .machines)
  var machine: String?

  func validate() throws {
    guard isPossible else { throw ValidationError("'\(type)' is not a valid signal type.") }
  }
}
