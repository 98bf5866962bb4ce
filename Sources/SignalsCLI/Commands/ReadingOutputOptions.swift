import ArgumentParser

/// How readings are shown.
struct ReadingOutputOptions: ParsableArguments {
  @Option(name: .customLong("output"), help: .init("How to show the result.", valueName: "format"))
  var format: ReadingOutput.Format?

  @Flag(help: "The same as --output json.")
  var json = false

  @Option(
    help: .init(
      "Only these, in this order: \(ReadingField.allCases.map(\.rawValue).joined(separator: ",")).",
      valueName: "list"))
  var fields: String?

  @Flag(help: "Show a table's times in UTC; the other formats always do.")
  var utc = false

  @Flag(help: "Do not show a table that is longer than the terminal through PAGER.")
  var noPager = false

  func validate() throws {
    if let format, ReadingOutput.Format(format, json: json) == nil {
      throw ValidationError("'--json' and '--output \(format.rawValue)' exclude each other.")
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
