import Curl

extension Table {
  /// The length of the longest bar.
  private static let bar = 24

  /// The duration of each step of a request, without steps that were skipped.
  init(timings: HTTPResponse.Timings, for target: OutputTarget) {
    let ends = [
      ("name lookup", timings.nameLookup), ("connect", timings.connect), ("TLS", timings.tls),
      ("first byte", timings.firstByte), ("transfer", timings.total),
    ]
    var rows: [[Cell]] = []
    var before = Duration.zero
    for (name, end) in ends where end > before {
      rows.append(Self.row(name, end - before, of: timings.total, target))
      before = end
    }
    rows.append([
      Cell("total"), Cell(Self.milliseconds(timings.total)), Cell("ms"), Cell(""),
    ])
    self.init([Column("step"), Column("time", .decimal), Column(""), Column("")], rows: rows)
  }

  private static func row(
    _ name: String, _ time: Duration, of total: Duration, _ target: OutputTarget
  ) -> [Cell] {
    let length = target.isTerminal ? Int((time / total * Double(bar)).rounded()) : 0
    let mark = target.isUnicode ? "█" : "#"
    return [
      Cell(name), Cell(milliseconds(time)), Cell("ms"),
      Cell(String(repeating: mark, count: length), .faint),
    ]
  }

  private static func milliseconds(_ time: Duration) -> String {
    (Double(time.microseconds) / 1000).fixed(1)
  }
}
