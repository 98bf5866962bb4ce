import Signals

extension Chart {
  /// What it shows, and nothing of what is not drawn: `power (W), the newest 1000 readings of 3 machines`
  func title(_ what: String, unit: String?) -> String {
    let unit = unit.map { " (\($0))" } ?? ""
    let those = series.count > 1 ? " of \(series.count) machines" : ""
    return "\(what)\(unit), the newest \(SignalsCLI.count(count, "reading"))\(those)"
  }

  /// `2026-11-24 11:00:00 to 11:00:09 +01:00, 9.9 s`
  var period: String {
    let (date, clock) = ("%Y-%m-%d", "%H:%M:%S")
    let isOneDay = times.text(time.first, date) == times.text(time.last, date)
    let first = times.text(time.first, "\(date) \(clock)")
    let last = times.text(time.last, isOneDay ? clock : "\(date) \(clock)")
    let length = duration(microseconds: time.last - time.first)
    return "\(first) to \(last) \(times.text(time.last).suffix(6)), \(length)"
  }

  /// What is not drawn, and how to see it.
  var remark: String? {
    omitted > 0
      ? "and \(SignalsCLI.count(omitted, "machine")) more: --machine shows one by itself" : nil
  }

  /// All of it for a terminal: title, plot and legend, each line with its end.
  ///
  /// - Parameter height: Lines of all together, as far as there is room for the least of plots.
  func text(title: String, width: Int, height: Int, for medium: Medium) -> String {
    var medium = medium
    (medium.width, medium.height) = (width, height)
    var period = PlotLine()
    period.append(self.period.shortened(to: width, for: medium), .faint)
    let head = [title.printable.shortened(to: width, for: medium), period.text(for: medium)]
    var legend = Table(legendOf: self, for: medium).text(for: medium)
    if let remark { legend += "\(remark)\n" }
    // Whoever has a row in the legend has a lane: a plot that is too high can be scrolled.
    let room = height - head.count - 1 - legend.utf8.count { $0 == 0x0a }
    let rest = kind == .amount ? room : max(room, series.count + 2)
    let lines = lines(width: width, height: rest, for: medium)
    return (head + lines + [""]).map { "\($0)\n" }.joined() + legend
  }
}
