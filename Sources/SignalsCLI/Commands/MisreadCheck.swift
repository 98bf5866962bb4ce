import Signals

/// What can be told of a command line of `check` that cannot be parsed.
struct MisreadCheck {
  /// How to say it; nil where some format was asked for and it cannot be told which.
  let format: ProbeReport.Format?
  /// As far as it is certain. The status then replaces that of the check that was meant.
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

  /// Also of a misspelt `--format`.
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
