import Foundation
import TestSupport

/// A command that a document shows, with what it is said to print.
struct ReadmeSample {
  /// Without its prompt; lines that go on are one.
  let command: String
  /// Whether the prompt is root's.
  let isForRoot: Bool
  /// Empty where only the command is shown.
  let output: [String]
  /// Of which block of the document, counted from 0.
  let block: Int

  /// All of its blocks marked `console`, in their order.
  static func all(of page: String) -> [ReadmeSample] {
    blocks("console", of: page).enumerated().flatMap { block, lines in
      var samples: [(command: String, isForRoot: Bool, output: [String])] = []
      for line in lines {
        if line.hasPrefix("$ ") || line.hasPrefix("# ") {
          samples.append((String(line.dropFirst(2)), line.hasPrefix("#"), []))
        } else if let last = samples.last, last.command.hasSuffix("\\"), last.output.isEmpty {
          let words = line.drop { $0 == " " }
          samples[samples.count - 1].command = "\(last.command.dropLast())\(words)"
        } else if !samples.isEmpty {
          samples[samples.count - 1].output.append(line)
        }
      }
      return samples.map {
        ReadmeSample(
          command: $0.command, isForRoot: $0.isForRoot, output: $0.output, block: block)
      }
    }
  }

  /// The lines of each block of a language.
  static func blocks(_ language: String, of page: String) -> [[String]] {
    var blocks: [[String]] = []
    var isInside = false
    for line in page.components(separatedBy: "\n") {
      if line == "```\(language)" {
        blocks.append([])
        isInside = true
      } else if line == "```" {
        isInside = false
      } else if isInside {
        blocks[blocks.count - 1].append(line)
      }
    }
    return blocks
  }

  /// What is the same whenever it is printed: moments, numbers and names of keys are placeholders, but for
  /// what a change is said to be; curves, which are as the machines ran, are left out.
  static func constant(_ lines: [String]) -> [String] {
    let plot = try! Regex("[┤│└┬─⠀-⣿]")
    return lines.filter { $0.firstMatch(of: plot) == nil }.map { line in
      var line = line.trimmingCharacters(in: .whitespaces)
      if !line.contains("→") {
        line.replace(#/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?[+-]\d\d:\d\d|Z)?/#, with: "T")
        line.replace(#/\d\d:\d\d:\d\d(\.\d+)?/#, with: "T")
        line.replace(#/key( +|\s")[A-Za-z0-9_\-]{8}/#, with: "key NAME")
        line.replace(#/\d+(\.\d+)?/#, with: "N")
      }
      // A moment has as many names on its axis as there is room for.
      line.replace(#/\bT( +T)+\b/#, with: "T")
      line.replace(#/N (ms|s)\b/#, with: "N s")
      line.replace(#/(N (min|h|d) )?N (s|min|h|d)\b/#, with: "N s")
      line.replace(#/ +/#, with: " ")
      return line
    }
  }
}
