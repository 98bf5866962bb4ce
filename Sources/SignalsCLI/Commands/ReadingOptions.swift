import ArgumentParser

/// Which readings: the same for every command that shows some.
struct ReadingOptions: ParsableArguments {
  @Argument(help: "A signal type; 'signals-cli types' lists them.", completion: .signalTypes)
  var type: String

  @Option(help: .init("Of this machine alone.", valueName: "name"), completion: .machines)
  var machine: String?

  func validate() throws {
    // As parts of a URL's path these would mean another resource.
    guard !["", ".", ".."].contains(type) else {
      throw ValidationError("'\(type)' is no signal type.")
    }
  }

  /// `power`, `power from 'machine-1'`
  var description: String { machine.map { "\(type) from '\($0)'" } ?? type }

  /// For a line of prose: `power`, `power of machine-1`
  var name: String { machine.map { "\(type) of \($0)" } ?? type }

  /// For labels.
  var subject: [(name: String, value: String)] {
    [(name: "type", value: type)] + (machine.map { [(name: "machine", value: $0)] } ?? [])
  }
}
