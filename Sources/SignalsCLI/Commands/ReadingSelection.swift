/// Which readings somebody means.
protocol ReadingSelection {
  var type: String { get }
  /// nil means those of all machines.
  var machine: String? { get }
}

extension ReadingSelection {
  /// Whether it can be asked for: as parts of a URL's path these types would mean another resource.
  var isPossible: Bool { !["", ".", ".."].contains(type) }

  /// `power`, `power from 'machine-1'`
  var description: String { machine.map { "\(type) from '\($0)'" } ?? type }

  /// For a line of prose: `power`, `power of machine-1`
  var name: String { machine.map { "\(type) of \($0)" } ?? type }

  /// For labels.
  var subject: [(name: String, value: String)] {
    [(name: "type", value: type)] + (machine.map { [(name: "machine", value: $0)] } ?? [])
  }
}
