import ArgumentParser
import SignalsAPI

/// The output options of most commands.
struct OutputOptions: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// For a person.
    case table
    /// For a program: the server's JSON, with ``JSONText/printable(_:)`` applied.
    case json
  }

  @Option(name: .customLong("output"), help: .init("Output format.", valueName: "format"))
  var namedFormat: Format?

  @Flag(help: "Shorthand for --output json.")
  var json = false

  /// nil when no format was given.
  var chosen: Format? { json ? .json : namedFormat }

  var format: Format { chosen ?? .table }

  func validate() throws {
    if json, let namedFormat, namedFormat != .json {
      throw ValidationError("'--json' cannot be combined with '--output \(namedFormat.rawValue)'.")
    }
  }
}

extension OutputOptions {
  /// Shows a response as JSON or as tables.
  func show<Content: Decodable>(
    _ answer: APIResponse<Content>, as tables: (Content) -> [Table]
  ) throws(Failure) {
    switch format {
    case .json:
      try StandardOutput.write(try answer.json())
    case .table:
      let texts = tables(try answer.content()).map { $0.text(for: .standardOutput) }
      try StandardOutput.write(texts.joined(separator: "\n"))
    }
  }
}
