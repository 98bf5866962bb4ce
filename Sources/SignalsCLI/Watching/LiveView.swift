import SignalsAPI
import Time

/// A live view of readings: a plot of the requested type, below it the machine states over the same
/// period, statistics, and the newest errors.
struct LiveView {
  static let stateType = "state_change"
  static let errorType = "error"
  /// A type with a steady rate, which shows that machines are alive.
  static let lifeType = "power"

  /// `power of machine-1`
  let name: String
  let type: String
  /// `127.0.0.1:8080`
  let server: String
  let times: TimeStyle
  var unit: String?
  var readings: LiveReadings
  /// Why there are no new readings.
  var trouble: String?
  /// How long a request has been pending; nil when not worth mentioning.
  var waiting: Duration?

  /// Lines that fit `target`.
  func lines(at now: Timestamp, for target: OutputTarget) -> [String] {
    let width = target.width ?? 80
    let height = target.height ?? 24
    let period = readings.period(at: now)
    let chart = self.chart(of: type, during: period)
    let head = [title(width, target), status(at: now, during: period, width, target), ""]
    var parts = [
      part(Table(legendOf: chart, for: target), for: target)
        + (chart.omitted > 0 ? [chart.more(behind: chart.series.count, for: target)] : []),
      part(errors(atMost: max(2, height / 8), during: period), for: target),
    ]
    let states = chart.kind == .amount ? self.states(during: period) : nil
    let margin = max(Self.leastMargin, states?.laneMargin(for: target) ?? 0)
    // Without an axis of their own: they share the plot's.
    var bands =
      states?.bands(
        width: width, atMost: max(1, height / 4 - 1), margin: margin, for: target) ?? []
    // When space is short, the least important part goes first.
    func room() -> Int { height - ([head, Array(bands)] + parts).reduce(0) { $0 + $1.count } }
    while room() < Self.leastPlot, parts.popLast() != nil {}
    if room() < Self.leastPlot { bands = [] }
    let plot = chart.lines(width: width, height: room(), margin: margin, for: target)
    return Array((head + plot + bands + parts.joined()).prefix(height))
  }

  /// Whether readings of the type are part of the view.
  func shows(_ type: String) -> Bool {
    type == self.type || type == Self.errorType
      || type == Self.stateType && Reading.Kind(ofType: self.type) == .amount
  }

  private func chart(of type: String, during period: ClosedRange<Timestamp>) -> Chart {
    Chart(
      readings.series(ofType: type, during: period), ofType: type, during: period, times: times)
  }

  /// Columns left of the axis, enough for most labels.
  private static let leastMargin = 8
  private static let leastPlot = 6

  private func title(_ width: Int, _ target: OutputTarget) -> String {
    let left = "\(name)\(unit.map { " (\($0))" } ?? "")".printable
    let right = "\(server), q quits".printable
    let room = width - right.columns - 2
    guard room >= left.columns else { return left.shortened(to: width, for: target) }
    var line = PlotLine()
    line.append(left.fitted(to: room + 2, for: target))
    line.append(right, .faint)
    return line.text(for: target)
  }

  private func status(
    at now: Timestamp, during period: ClosedRange<Timestamp>, _ width: Int, _ target: OutputTarget
  ) -> String {
    if let trouble { return remark(trouble, .bad, width, target) }
    if let waiting {
      let length = duration(microseconds: waiting.microseconds)
      return remark("no response after \(length)", .warning, width, target)
    }
    let (facts, style) = facts(during: period)
    let remarks = remarks(at: now, during: period)
    let rest = width - facts.columns - 2
    // Problems take precedence.
    let isShown = remarks.isEmpty || remarks.columns <= rest
    return [isShown ? (facts, style) : nil, remarks.isEmpty ? nil : (remarks, .warning)]
      .compactMap(\.self).map { remark($0, $1, width, target) }.joined(separator: "  ")
  }

  /// `300 readings a second, the newest 40 ms old`
  private func facts(during period: ClosedRange<Timestamp>) -> (String, Style) {
    guard let newest = readings.newest(ofType: type) else { return ("no readings yet", .faint) }
    let age = duration(microseconds: max(0, period.upperBound - newest))
    guard !readings.isSilent(type, at: period.upperBound) else {
      return ("no reading for \(age)", .bad)
    }
    let rate = readings.rate(ofType: type).map { rate in
      "\(rate.fixed(rate < 1 ? 2 : rate < 10 ? 1 : 0)) readings a second, "
    }
    return ("\(rate ?? "")the newest \(age) old", .faint)
  }

  /// Remarks on what the plot does not show.
  private func remarks(at now: Timestamp, during period: ClosedRange<Timestamp>) -> String {
    let lead = readings.lead(at: now).map {
      "a reading is \(duration(microseconds: $0)) in the future: check the clocks"
    }
    let unseen = (readings.unseen(ofType: type, during: period) * 100).rounded()
    let part = unseen >= 1 ? "\(unseen.fixed(0))% not shown" : nil
    return [lead, part].compactMap(\.self).joined(separator: ", ")
  }

  private func remark(_ text: String, _ style: Style, _ width: Int, _ target: OutputTarget)
    -> String
  {
    style.applied(to: text.printable.shortened(to: width, for: target), for: target)
  }

  /// nil when no states are known.
  private func states(during period: ClosedRange<Timestamp>) -> Chart? {
    let chart = chart(of: Self.stateType, during: period)
    return chart.series.isEmpty ? nil : chart
  }

  private func errors(atMost most: Int, during period: ClosedRange<Timestamp>) -> Table {
    let newest = readings.series(ofType: Self.errorType, during: period).flatMap(\.readings)
      .sorted { ($0.timestamp, $0.id) > ($1.timestamp, $1.id) }
    return Table(
      [.init("error", .trailing), .init("machine"), .init("time")],
      rows: newest.prefix(most).map { reading in
        [
          .init("\(Number(value: reading.value))", reading.style), .init(reading.machine),
          .init(reading.timestamp, times),
        ]
      })
  }

  /// The table after an empty line; nothing when it is empty.
  private func part(_ table: Table, for target: OutputTarget) -> [String] {
    guard !table.rows.isEmpty else { return [] }
    let text = "\n" + table.text(for: target)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
