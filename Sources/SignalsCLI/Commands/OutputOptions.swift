import ArgumentParser

/// How a result is shown: the same for every command.
struct OutputOptions: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// For a person.
    case table
    /// For a program: the server's answer as it came, with ``JSONText/printable(_:)``.
    case json
  }

  @Option(name: .customLong("output"), help: .init("How to show the result.", valueName: "format"))
  var namedFormat: Format?

  @Flag(help: "The same as --output json.")
  var json = false

  /// nil where nothing was said of it.
  var chosen: Format? { json ? .json : namedFormat }

  var format: Format { chosen ?? .table }

  func validate() throws {
    if json, let namedFormat, namedFormat != .json {
      throw ValidationError("'--json' and '--output \(namedFormat.rawValue)' exclude each other.")
    }
  }
}

extension OutputOptions {
  /// Shows an answer: to a program as it came, to a person as the tables that its content makes.
  func show<Content: Decodable>(
    _ answer: Answer<Content>, as tables: (Content) -> [Table]
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
