import SignalsAPI
import Time

extension Chart {
  /// The title, counting only what is drawn: `power (W), the newest 1000 readings of 3 machines`
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

  /// A note about omitted machines.
  var remark: String? {
    omitted > 0
      ? "and \(SignalsCLI.count(omitted, "more machine")); select one with --machine" : nil
  }

  /// Title, plot and legend for a terminal, with line ends.
  ///
  /// - Parameter height: The total number of lines, exceeded if the plot would be too small.
  func text(title: String, width: Int, height: Int, for target: OutputTarget) -> String {
    var target = target
    (target.width, target.height) = (width, height)
    var period = PlotLine()
    period.append(self.period.shortened(to: width, for: target), .faint)
    let head = [title.printable.shortened(to: width, for: target), period.text(for: target)]
    var legend = Table(legendOf: self, for: target).text(for: target)
    if let remark { legend += "\(remark)\n" }
    // Every machine in the legend gets a lane, even if the plot has to be scrolled.
    let room = height - head.count - 1 - legend.utf8.count { $0 == 0x0a }
    let rest = kind == .amount ? room : max(room, series.count + 2)
    let lines = lines(width: width, height: rest, for: target)
    return (head + lines + [""]).map { "\($0)\n" }.joined() + legend
  }
}
