import Foundation
import TestSupport
import Testing

@testable import SignalsCLI

/// Screens as they are kept in files, whole: a change of one is then seen where changes are reviewed.
///
/// With `UPDATE_SCREENS=1` in the environment a test writes what there is now, and compares nothing.
enum Screen {
  private static let directory = NginxServer.repository
    .appendingPathComponent("Tests/SignalsCLITests/Screens")

  /// Compares a screen with the file of that name; in it ␛ stands for an escape character.
  ///
  /// - Parameter width: What no line may be wider than; nil where a program reads it.
  static func expect(
    _ text: String, _ name: String, width: Int?, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for line in text.split(separator: "\n") {
      #expect(
        columns(of: String(line)) <= width ?? .max, "wider than the terminal: \(line)",
        sourceLocation: sourceLocation)
    }
    let shown = text.replacing("\u{1b}", with: "␛")
    let file = directory.appendingPathComponent("\(name).txt")
    if ProcessInfo.processInfo.environment["UPDATE_SCREENS"] == "1" {
      try shown.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let kept = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    #expect(
      shown == kept, "\(name): UPDATE_SCREENS=1 writes it anew", sourceLocation: sourceLocation)
  }

  /// The names of those in a folder, sorted.
  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: directory.appendingPathComponent(folder).path
    ).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }

  private static func columns(of line: String) -> Int {
    line.replacing(#/\u{1b}\[[0-9;?]*[a-zA-Z]/#, with: "").columns
  }
}
