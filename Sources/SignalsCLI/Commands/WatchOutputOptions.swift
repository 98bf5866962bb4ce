import ArgumentParser

/// How readings that go on coming are shown.
struct WatchOutputOptions: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case ndjson
    case csv
    case value

    var lines: ReadingOutput.Format {
      switch self {
      case .ndjson: .ndjson
      case .csv: .csv
      case .value: .value
      }
    }
  }

  @Option(
    name: .customLong("output"),
    help: .init("How to show them; ndjson, a JSON object a line.", valueName: "format"))
  var format: Format?

  @Flag(help: "The same as --output ndjson.")
  var json = false

  @Option(
    help: .init(
      "Only these, in this order: \(ReadingField.allCases.map(\.rawValue).joined(separator: ",")).",
      valueName: "list"))
  var fields: String?

  func validate() throws {
    if json, let format, format != .ndjson {
      throw ValidationError("'--json' and '--output \(format.rawValue)' exclude each other.")
    }
  }

  /// Whether a terminal is to show what a program would get.
  var wantsLines: Bool { format != nil || json || fields != nil }

  func output() throws(Failure) -> ReadingOutput {
    ReadingOutput(
      format: format?.lines ?? .ndjson,
      fields: try fields.map { text throws(Failure) in try ReadingField.list(text) },
      times: .utc, isPaged: false)
  }
}
