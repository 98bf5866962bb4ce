import SignalsAPI
import Spelling

/// What is known of a `check` command line that cannot be parsed.
struct UnparsedCheck {
  /// The output format; nil when `--format` has an unknown value.
  let format: ProbeReport.Format?
  /// The labels, as far as they are certain, so that the result replaces that of the intended check.
  let subject: [(name: String, value: String)]

  init(_ words: [String], checks: [String]) {
    format = Self.format(words)
    let check = words.first.flatMap { checks.contains($0) ? $0 : nil }
    let type = words.dropFirst().first.flatMap {
      check == nil || $0.hasPrefix("-") || ["health", "spool"].contains(check) ? nil : $0
    }
    let machine = words.firstIndex(of: "--machine").flatMap { index in
      index + 1 < words.count ? words[index + 1] : nil
    }
    subject = [("check", check), ("type", type), ("machine", type.flatMap { _ in machine })]
      .compactMap { name, value in value.map { (name, $0) } }
  }

  /// Recognises a misspelt `--format`, too.
  private static func format(_ words: [String]) -> ProbeReport.Format? {
    for (index, word) in words.enumerated() where word.hasPrefix("--") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard let name = parts.first, closest(to: name, among: ["--format"]) != nil else { continue }
      let value = parts.count > 1 ? parts[1] : index + 1 < words.count ? words[index + 1] : ""
      return ProbeReport.Format(rawValue: value)
    }
    return .nagios
  }
}
