import ArgumentParser
import SignalsAPI

/// The output options for followed readings.
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
    help: .init("Output format; by default ndjson, a JSON object per line.", valueName: "format"))
  var format: Format?

  @Flag(help: "Shorthand for --output ndjson.")
  var json = false

  @Option(
    help: .init(
      "Fields to show, in order: \(ReadingField.allCases.map(\.rawValue).joined(separator: ",")).",
      valueName: "list"))
  var fields: String?

  func validate() throws {
    if json, let format, format != .ndjson {
      throw ValidationError("'--json' cannot be combined with '--output \(format.rawValue)'.")
    }
  }

  /// Whether lines are wanted even on a terminal.
  var wantsLines: Bool { format != nil || json || fields != nil }

  func output() throws(Failure) -> ReadingOutput {
    ReadingOutput(
      format: format?.lines ?? .ndjson,
      fields: try fields.map { text throws(Failure) in try ReadingField.list(text) },
      times: .utc, isPaged: false)
  }
}
