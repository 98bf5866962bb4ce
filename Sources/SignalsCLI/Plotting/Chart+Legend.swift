import Glibc
import Signals

extension Table {
  /// What the numbers of a chart come to, a row for each machine.
  init(legendOf chart: Chart, for medium: Medium) {
    switch chart.kind {
    case .amount: self.init(amountsOf: chart, for: medium)
    case .state: self.init(statesOf: chart, for: medium)
    case .error: self.init(errorsOf: chart, for: medium)
    }
  }

  private init(amountsOf chart: Chart, for medium: Medium) {
    let size = max(chart.values.lowerBound.magnitude, chart.values.upperBound.magnitude)
    self.init(
      [
        Column("machine"), Column("min", .decimal), Column("mean", .decimal),
        Column("max", .decimal), Column("newest", .decimal),
      ],
      rows: chart.series.enumerated().compactMap { index, series in
        guard let summary = series.summary, let newest = series.readings.last else { return nil }
        return [
          Cell("\(chart.sample(index, for: medium)) \(series.machine)", Style.ofLines[index]),
          Cell("\(Number(value: summary.min))"), Cell(summary.mean.rounded(toSize: size)),
          Cell("\(Number(value: summary.max))"), Cell("\(Number(value: newest.value))"),
        ]
      })
  }

  private init(statesOf chart: Chart, for medium: Medium) {
    let states = [1.0, 0].map { value in
      (value: value, sign: StateSign(.state(value), for: medium))
    }
    self.init(
      [Column("machine")]
        + states.map { Column("\($0.sign.character) \($0.sign.word ?? "")", .decimal) }
        + [Column("readings", .trailing), Column("newest")],
      rows: chart.series.compactMap { series in
        guard let newest = series.readings.last else { return nil }
        let shares = states.map { state in
          series.share(of: state.value, until: chart.time.last)
            .map { Cell("\(($0 * 100).fixed(1)) %", state.sign.style) } ?? Cell("")
        }
        return [Cell(series.machine)] + shares + [
          Cell("\(series.readings.count)"),
          Cell(newest.word ?? "\(Number(value: newest.value))", newest.style),
        ]
      })
  }

  private init(errorsOf chart: Chart, for medium: Medium) {
    self.init(
      [
        Column("machine"), Column("errors", .trailing), Column("most often"),
        Column("newest", .trailing), Column("time"),
      ],
      rows: chart.series.compactMap { series in
        guard let newest = series.readings.last, let common = series.mostCommon else { return nil }
        return [
          Cell(series.machine), Cell("\(series.readings.count)"),
          Cell("\(Number(value: common.value)) (\(SignalsCLI.count(common.count, "time")))"),
          Cell("\(Number(value: newest.value))", newest.style),
          Cell(chart.times.text(newest.timestamp)),
        ]
      })
  }
}

extension Series {
  /// The value that came most often, the smallest of several.
  var mostCommon: (value: Double, count: Int)? {
    Dictionary(grouping: readings, by: \.value)
      .map { (value: $0, count: $1.count) }
      .max { ($0.count, -$0.value) < ($1.count, -$1.value) }
  }
}

extension Double {
  /// With as many digits behind the point as make five of a number of that size.
  fileprivate func rounded(toSize size: Double) -> String {
    guard (1e-9..<1e15).contains(size) else { return "\(Number(value: self))" }
    return fixed(max(0, 4 - Int(log10(size).rounded(.down))))
  }
}
