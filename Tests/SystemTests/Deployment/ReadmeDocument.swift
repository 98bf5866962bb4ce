import Foundation
import TestSupport
import Testing

/// A text that shows commands: README.md, a page of the catalogue, or what a manual page or README.Debian
/// has of them, as Markdown.
struct ReadmeDocument: CustomTestStringConvertible {
  static let catalogue = "Sources/Signals/Signals.docc"
  private static let manual = "scripts/lib/manual"
  private static let debian = "scripts/lib/package/README.Debian"

  /// Its path in the repository.
  let path: String
  let text: String
  var testDescription: String { path }

  init(_ path: String) throws {
    self.path = path
    let file = NginxServer.repository.appendingPathComponent(path)
    let source = try String(contentsOf: file, encoding: .utf8)
    text =
      if path.hasPrefix(Self.manual) {
        Self.blocks(ofManual: source)
      } else if path == Self.debian {
        Self.commands(ofIndented: source)
      } else {
        source
      }
  }

  /// README.md and the catalogue.
  static func pages() throws -> [ReadmeDocument] {
    try [ReadmeDocument("README.md")] + files(in: catalogue)
  }

  /// All of them.
  static func all() throws -> [ReadmeDocument] {
    try pages() + files(in: manual) + [ReadmeDocument(debian)]
  }

  private static func files(in directory: String) throws -> [ReadmeDocument] {
    let folder = NginxServer.repository.appendingPathComponent(directory).path
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .map { try ReadmeDocument("\(directory)/\($0)") }
  }

  private static func blocks(ofManual source: String) -> String {
    source.replacing("\\-", with: "-").replacing("\\e", with: "\\")
      .components(separatedBy: "\n")
      .map { $0.hasPrefix(".Bd -literal") ? "```console" : $0 == ".Ed" ? "```" : $0 }
      .joined(separator: "\n")
  }

  /// Of the commands there only those that make keys and tokens do without an installed package.
  private static func commands(ofIndented source: String) -> String {
    var block = ["```console"]
    for line in source.components(separatedBy: "\n") {
      if line.hasPrefix("     signals-cli token ") {
        block.append("$ \(line.dropFirst(5))")
      } else if block.last?.hasSuffix("\\") == true {
        block.append(line)
      }
    }
    return (block + ["```"]).joined(separator: "\n")
  }
}
