/// Readings as lines for a program; times are always RFC 3339 in UTC.
enum ReadingLine {
  /// A JSON object.
  case json
  /// Values with commas between them (RFC 4180, with Unix line ends).
  case csv
  /// Bare values with tabs between them.
  case value

  /// The line without its end.
  ///
  /// - Parameter medium: A terminal is not steered by what the server sends; a file gets CSV as it is.
  func text(_ reading: Reading, _ fields: [ReadingField], for medium: Medium) -> String {
    switch self {
    case .json:
      let members = fields.map { "\"\($0.rawValue)\":\(json($0, reading))" }
      return "{\(members.joined(separator: ","))}"
    case .csv:
      return fields.map { field in
        let text = field.text(of: reading)
        return Self.quoted(medium.isTerminal ? text.printable : text)
      }.joined(separator: ",")
    case .value:
      return fields.map { $0.text(of: reading).printable }.joined(separator: "\t")
    }
  }

  /// The line above all lines of CSV.
  static func header(_ fields: [ReadingField]) -> String {
    fields.map(\.rawValue).joined(separator: ",")
  }

  private func json(_ field: ReadingField, _ reading: Reading) -> String {
    switch field {
    case .id, .value: field.text(of: reading)
    case .type, .timestamp, .machine: field.text(of: reading).jsonString
    }
  }

  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { !#",""#.utf8.contains($0) && $0 != 0x0a && $0 != 0x0d }
    guard !isPlain else { return text }
    // By scalars: a quote with a mark on it is a quote all the same.
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

extension String {
  /// In quotes; what could steer a terminal is escaped as well as what JSON asks for (RFC 8259, 7).
  var jsonString: String {
    unicodeScalars.reduce(into: "\"") { text, scalar in
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.isHarmless {
          text.unicodeScalars.append(scalar)
        } else {
          for unit in UTF16.encode(scalar)! {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        }
      }
    } + "\""
  }
}
