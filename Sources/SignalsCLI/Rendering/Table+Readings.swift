import Signals
import SignalsAPI
import Time

extension Table {
  /// Readings of one type, in the given order.
  init(
    readings: [Reading], fields: [ReadingField] = ReadingField.ofTables, unit: String?,
    times: TimeStyle
  ) {
    let parts = fields.flatMap { field in
      field == .value && readings.contains { $0.word != nil }
        ? [Part(field), .word] : [Part(field)]
    }
    self.init(
      parts.map { $0.column(unit: unit) },
      rows: readings.map { reading in parts.map { $0.cell(reading, times) } })
  }

  init(types: [SignalType]) {
    self.init(
      [Column("type"), Column("unit"), Column("description", .wrapped)],
      rows: types.map { [Cell($0.name), Cell($0.displayedUnit ?? ""), Cell($0.description)] })
  }
}

/// The content of a column.
private enum Part {
  case field(ReadingField)
  /// The name of a state.
  case word

  init(_ field: ReadingField) { self = .field(field) }

  func column(unit: String?) -> Table.Column {
    switch self {
    case .field(.id): Table.Column(ReadingField.id.rawValue, .trailing, isSpare: true)
    case .field(.value): Table.Column(unit.map { "value (\($0))" } ?? "value", .decimal)
    case .field(let field): Table.Column(field.rawValue)
    case .word: Table.Column("state")
    }
  }

  func cell(_ reading: Reading, _ times: TimeStyle) -> Table.Cell {
    switch self {
    case .field(.id): Table.Cell("\(reading.id)", .faint)
    case .field(.type): Table.Cell(reading.type)
    case .field(.value): Table.Cell("\(Number(value: reading.value))", reading.style)
    case .field(.timestamp): Table.Cell(reading.timestamp, times)
    case .field(.machine): Table.Cell(reading.machine)
    case .word: Table.Cell(reading.word ?? "", reading.style)
    }
  }
}
