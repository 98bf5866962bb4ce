import ArgumentParser

/// Which readings: the same for every command that shows some.
struct ReadingOptions: ParsableArguments, ReadingSelection {
  @Argument(help: "A signal type; 'signals-cli types' lists them.", completion: .signalTypes)
  var type: String

  @Option(help: .init("Of this machine alone.", valueName: "name"), completion: .machines)
  var machine: String?

  func validate() throws {
    guard isPossible else { throw ValidationError("'\(type)' is no signal type.") }
  }
}
