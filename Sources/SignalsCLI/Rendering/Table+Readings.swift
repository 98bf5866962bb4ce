import Signals

extension Table {
  /// Readings of one type, in the order in which they came.
  init(readings: [Reading], unit: String?, times: TimeStyle) {
    let hasWords = readings.contains { $0.word != nil }
    self.init(
      [
        Column("id", .trailing), Column("time"), Column("machine"),
        Column(unit.map { "value (\($0))" } ?? "value", .decimal),
      ] + (hasWords ? [Column("state")] : []),
      rows: readings.map { reading in
        let style = reading.type == "error" ? Style.bad : .plain
        return [
          Cell("\(reading.id)", .faint), Cell(times.text(reading.timestamp)),
          Cell(reading.machine), Cell("\(Number(value: reading.value))", style),
        ] + (hasWords ? [Cell(reading.word ?? "")] : [])
      })
  }

  init(types: [SignalType]) {
    self.init(
      [Column("type"), Column("unit"), Column("description", .wrapped)],
      rows: types.map { [Cell($0.name), Cell($0.displayedUnit ?? ""), Cell($0.description)] })
  }
}

extension Reading {
  /// What the value of a state stands for.
  fileprivate var word: String? {
    guard type == "state_change" else { return nil }
    switch value {
    case 0: return "idle"
    case 1: return "working"
    default: return nil
    }
  }
}
