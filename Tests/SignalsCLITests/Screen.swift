import Foundation
import TestSupport
import Testing

@testable import SignalsCLI

/// Whole screens kept in files, so that changes show up in reviews.
///
/// With `UPDATE_SCREENS=1` in the environment, tests write the files instead of comparing.
enum Screen {
  private static let directory = NginxServer.repository
    .appendingPathComponent("Tests/SignalsCLITests/Screens")

  /// Compares a screen with the file of that name, in which ␛ stands for an escape character.
  ///
  /// - Parameter width: The maximum width of a line; nil for no limit.
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

  /// The names of the screens in a folder, sorted.
  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: directory.appendingPathComponent(folder).path
    ).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }

  private static func columns(of line: String) -> Int {
    line.replacing(#/\u{1b}\[[0-9;?]*[a-zA-Z]/#, with: "").columns
  }
}
