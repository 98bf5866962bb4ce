import SignalsAPI

/// A selection of readings.
protocol ReadingSelection {
  var type: String { get }
  /// nil means all machines.
  var machine: String? { get }
}

extension ReadingSelection {
  /// Whether it can be requested: as path segments these types would address another resource.
  var isPossible: Bool { !["", ".", ".."].contains(type) }

  /// `power`, `power from 'machine-1'`
  var description: String { machine.map { "\(type) from '\($0)'" } ?? type }

  /// `power`, `power of machine-1`
  var name: String { machine.map { "\(type) of \($0)" } ?? type }

  /// For labels.
  var subject: [(name: String, value: String)] {
    [(name: "type", value: type)] + (machine.map { [(name: "machine", value: $0)] } ?? [])
  }
}
