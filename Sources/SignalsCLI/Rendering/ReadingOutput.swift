import Signals
import SignalsAPI

/// The output format of readings and its options.
struct ReadingOutput: Equatable {
  enum Format: String, CaseIterable {
    /// For a person.
    case table
    /// An array: the server's response, unless fields are selected.
    case json
    /// A JSON object per line.
    case ndjson
    /// With a header.
    case csv
    /// Bare values, one per line.
    case value

    /// The format of `--output` or `--json`; nil when they conflict.
    init?(_ named: Format?, json: Bool) {
      guard !json || named == nil || named == .json else { return nil }
      self = json ? .json : named ?? .table
    }
  }

  let format: Format
  /// nil means the format's default.
  let fields: [ReadingField]?
  /// For tables; the other formats use UTC.
  let times: TimeStyle
  let isPaged: Bool

  /// - Parameters:
  ///   - what: `power from 'machine-1'`
  ///   - unit: Called only for a table on a terminal when the response lacks the unit, as it takes another
  ///     request.
  func show(_ answer: APIResponse<[Reading]>, of what: String, unit: () -> String?) throws(Failure)
  {
    switch format {
    case .table: try showTable(answer, of: what, unit: unit)
    case .json where fields == nil: try StandardOutput.write(try answer.json())
    case .json:
      let objects = try lines(.json, of: answer)
      try StandardOutput.write("[\(objects.joined(separator: ",\n"))]\n")
    case .ndjson: try write(try lines(.json, of: answer))
    case .csv: try write([ReadingLine.header(chosen)] + lines(.csv, of: answer))
    case .value: try write(try lines(.value, of: answer))
    }
  }

  /// Writes the header, if any; false when the reader has closed the pipe.
  func begin() throws(Failure) -> Bool {
    guard format == .csv else { return true }
    return try StandardOutput.offer(Array("\(ReadingLine.header(chosen))\n".utf8))
  }

  /// Writes readings as lines; false when the reader has closed the pipe.
  func append(_ readings: [Reading]) throws(Failure) -> Bool {
    let line: ReadingLine =
      switch format {
      case .csv: .csv
      case .value: .value
      case .ndjson, .json, .table: .json
      }
    let text = readings.map { "\(line.text($0, chosen))\n" }.joined()
    return try StandardOutput.offer(Array(text.utf8))
  }

  private var chosen: [ReadingField] {
    fields ?? (format == .value ? [.value] : ReadingField.allCases)
  }

  private func showTable(_ answer: APIResponse<[Reading]>, of what: String, unit: () -> String?)
    throws(Failure)
  {
    let readings = try answer.content()
    guard !readings.isEmpty else {
      StandardError.remark("no readings of \(what) yet")
      return
    }
    let target = OutputTarget.standardOutput
    let table = Table(
      readings: readings, fields: fields ?? ReadingField.ofTables,
      unit: answer.unit.map { SignalType.displayed($0) } ?? (target.isTerminal ? unit() : nil),
      times: times)
    try StandardOutput.show(table.text(for: target), for: target, isPaged: isPaged)
  }

  private func lines(_ line: ReadingLine, of answer: APIResponse<[Reading]>) throws(Failure)
    -> [String]
  {
    try answer.content().map { line.text($0, chosen) }
  }

  private func write(_ lines: [String]) throws(Failure) {
    try StandardOutput.write(lines.map { "\($0)\n" }.joined())
  }
}
