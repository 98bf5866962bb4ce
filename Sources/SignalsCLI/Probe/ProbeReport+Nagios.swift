extension ProbeReport {
  /// `SIGNALS OK: power is 0.12 s old | age=0.12s;5;30;0`, then one line per detail.
  func nagios(isVerbose: Bool) -> String {
    let first = "SIGNALS \(probeStatus.name): \(text.forNagios)".cut(to: Self.longestText)
    let data = measurements.map(\.performanceData).joined(separator: " ")
    let lines = [data.isEmpty ? first : "\(first) | \(data)"]
    return (lines + (isVerbose ? details.map(\.forNagios) : [])).map { $0 + "\n" }.joined()
  }
}

extension String {
  /// A bar starts the performance data, so it is replaced.
  fileprivate var forNagios: String { printable.replacing("|", with: "/") }

  fileprivate func cut(to length: Int) -> String {
    count <= length ? self : "\(prefix(length - 3))..."
  }
}
