import ArgumentParser
import SignalsAPI

/// The output options for readings.
struct ReadingOutputOptions: ParsableArguments {
  @Option(name: .customLong("output"), help: .init("Output format.", valueName: "format"))
  var format: ReadingOutput.Format?

  @Flag(help: "Shorthand for --output json.")
  var json = false

  @Option(
    help: .init(
      "Fields to show, in order: \(ReadingField.allCases.map(\.rawValue).joined(separator: ",")).",
      valueName: "list"))
  var fields: String?

  @Flag(help: "Show table times in UTC; other formats always use UTC.")
  var utc = false

  @Flag(help: "Do not page long tables through PAGER.")
  var noPager = false

  func validate() throws {
    if let format, ReadingOutput.Format(format, json: json) == nil {
      throw ValidationError("'--json' cannot be combined with '--output \(format.rawValue)'.")
    }
  }

  func output() throws(Failure) -> ReadingOutput {
    ReadingOutput(
      format: ReadingOutput.Format(format, json: json) ?? .table,
      fields: try fields.map { text throws(Failure) in try ReadingField.list(text) },
      times: utc ? .utc : .local, isPaged: !noPager)
  }
}

extension ReadingOutput.Format: ExpressibleByArgument {}
