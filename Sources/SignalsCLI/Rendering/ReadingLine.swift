import SignalsAPI

/// A line format for readings; times are RFC 3339 in UTC.
enum ReadingLine {
  /// A JSON object.
  case json
  /// Comma-separated values (RFC 4180, with Unix line ends).
  case csv
  /// Tab-separated values.
  case value

  /// The line without its end.
  ///
  /// Control characters from the server are escaped: the output may end up on a terminal.
  func text(_ reading: Reading, _ fields: [ReadingField]) -> String {
    switch self {
    case .json:
      let members = fields.map { "\"\($0.rawValue)\":\(json($0, reading))" }
      return "{\(members.joined(separator: ","))}"
    case .csv:
      return fields.map { Self.quoted($0.text(of: reading).printable) }.joined(separator: ",")
    case .value:
      return fields.map { $0.text(of: reading).printable }.joined(separator: "\t")
    }
  }

  /// The header of CSV.
  static func header(_ fields: [ReadingField]) -> String {
    fields.map(\.rawValue).joined(separator: ",")
  }

  private func json(_ field: ReadingField, _ reading: Reading) -> String {
    switch field {
    case .id:
      // As in the API: integers that JSON parsers would round are strings.
      reading.id.magnitude < 1 << 53 ? field.text(of: reading) : "\"\(reading.id)\""
    case .value: field.text(of: reading)
    case .type, .timestamp, .machine: field.text(of: reading).jsonString
    }
  }

  static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { #",""#.utf8.contains($0) }) else { return text }
    // By scalars: a quote with a combining mark is still a quote.
    let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }
    return "\"\(doubled.joined())\""
  }
}

extension ReadingField {
  /// As the API writes it.
  fileprivate func text(of reading: Reading) -> String {
    switch self {
    case .id: "\(reading.id)"
    case .type: reading.type
    case .value: "\(Number(value: reading.value))"
    case .timestamp: "\(reading.timestamp)"
    case .machine: reading.machine
    }
  }
}
