/// A threshold range of the Monitoring Plugins guidelines: `[@]start:end`.
///
/// `10` alerts below 0 and above 10, `10:` below 10, `~:10` above 10, `10:20` outside of the two, and
/// `@10:20` from one to the other, both included.
struct AlertRange: Hashable {
  /// Negative infinity is written `~`.
  let start: Double
  /// Infinity is left out.
  let end: Double
  /// Whether values within the range alert, not those outside.
  let alertsWithin: Bool

  /// nil when the text is not a range, or its end is below its start.
  init?(_ text: some StringProtocol) {
    let range = text.hasPrefix("@") ? text.dropFirst() : text[...]
    alertsWithin = text.hasPrefix("@")
    let parts = range.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1:
      guard let end = Self.number(parts[0]) else { return nil }
      (start, self.end) = (0, end)
    case 2 where !(parts[0].isEmpty && parts[1].isEmpty):
      let first = parts[0] == "~" ? -.infinity : parts[0].isEmpty ? 0 : Self.number(parts[0])
      guard let start = first,
        let end = parts[1].isEmpty ? .infinity : Self.number(parts[1])
      else { return nil }
      (self.start, self.end) = (start, end)
    default: return nil
    }
    guard start <= end else { return nil }
  }

  func alerts(for value: Double) -> Bool {
    (start <= value && value <= end) == alertsWithin
  }

  /// Digits with an optional sign and point: the guidelines do not allow exponents.
  private static func number(_ text: some StringProtocol) -> Double? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }),
      let number = Double(String(text)), number.isFinite
    else { return nil }
    return number
  }
}

extension AlertRange: CustomStringConvertible {
  /// The shortest equivalent form.
  var description: String {
    let prefix = alertsWithin ? "@" : ""
    let last = end == .infinity ? "" : end.withoutExponent
    if start == 0, !last.isEmpty { return prefix + last }
    return "\(prefix)\(start == -.infinity ? "~" : start.withoutExponent):\(last)"
  }
}
