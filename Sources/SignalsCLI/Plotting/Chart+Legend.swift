import Glibc
import SignalsAPI
import Time

extension Table {
  /// The statistics of a chart, one row per machine.
  init(legendOf chart: Chart, for target: OutputTarget) {
    switch chart.kind {
    case .amount: self.init(amountsOf: chart, for: target)
    case .state: self.init(statesOf: chart, for: target)
    case .error: self.init(errorsOf: chart, for: target)
    }
  }

  private init(amountsOf chart: Chart, for target: OutputTarget) {
    let size = max(chart.values.lowerBound.magnitude, chart.values.upperBound.magnitude)
    self.init(
      chart,
      [
        Column("machine"), Column("min", .decimal), Column("mean", .decimal),
        Column("max", .decimal), Column("newest", .decimal),
      ]
    ) { index, series in
      guard let summary = series.summary, let newest = series.readings.last else { return nil }
      return [
        Cell("\(chart.sample(index, for: target)) \(series.machine)", Style.ofLines[index]),
        Cell("\(Number(value: summary.min))"), Cell(summary.mean.rounded(toSize: size)),
        Cell("\(Number(value: summary.max))"), Cell("\(Number(value: newest.value))"),
      ]
    }
  }

  private init(statesOf chart: Chart, for target: OutputTarget) {
    let states = [1.0, 0].map { value in
      (value: value, sign: StateGlyph(.state(value), for: target))
    }
    self.init(
      chart,
      [Column("machine")]
        + states.map { Column("\($0.sign.character) \($0.sign.word ?? "")", .decimal) }
        + [Column("readings", .trailing), Column("newest")]
    ) { _, series in
      guard let newest = series.readings.last else { return nil }
      let shares = states.map { state in
        series.share(of: state.value, until: chart.time.last)
          .map { Cell("\(($0 * 100).fixed(1)) %", state.sign.style) } ?? Cell("")
      }
      return [Cell(series.machine)] + shares + [
        Cell("\(series.readings.count)"),
        Cell(
          newest.word ?? "\(Number(value: newest.value))",
          series.isSilent ? .faint : newest.style),
      ]
    }
  }

  private init(errorsOf chart: Chart, for target: OutputTarget) {
    self.init(
      chart,
      [
        Column("machine"), Column("errors", .trailing), Column("most often"),
        Column("newest", .trailing), Column("time"),
      ]
    ) { _, series in
      guard let newest = series.readings.last else { return nil }
      return [
        Cell(series.machine), Cell("\(series.readings.count)"), Cell(series.mostCommon),
        Cell("\(Number(value: newest.value))", newest.style),
        Cell(newest.timestamp, chart.times),
      ]
    }
  }

  /// One row per machine, with the time of silence if any is silent.
  private init(
    _ chart: Chart, _ columns: [Column], _ row: (Int, Series) -> [Cell]?
  ) {
    let saysSilence = chart.series.contains(where: \.isSilent)
    self.init(
      columns + (saysSilence ? [Column("silent")] : []),
      rows: chart.series.enumerated().compactMap { index, series in
        let silence = series.silentSince.map { duration(microseconds: chart.time.last - $0) }
        return row(index, series).map { $0 + (saysSilence ? [Cell(silence ?? "", .warning)] : []) }
      })
  }
}

extension Series {
  /// The most frequent values: `18 (3 times)`, `7, 18 (2 each)`; empty when all are distinct.
  var mostCommon: String {
    let counts = Dictionary(grouping: readings, by: \.value).mapValues(\.count)
    guard let most = counts.values.max(), most > 1 else { return "" }
    let values = counts.filter { $0.value == most }.keys.sorted()
    let times = values.count > 1 ? "\(most) each" : SignalsCLI.count(most, "time")
    guard values.count <= 3 else { return "\(values.count) codes (\(times))" }
    return "\(values.map { "\(Number(value: $0))" }.joined(separator: ", ")) (\(times))"
  }
}

extension Double {
  /// With five significant digits for a number of that size.
  fileprivate func rounded(toSize size: Double) -> String {
    guard (1e-9..<1e15).contains(size) else { return "\(Number(value: self))" }
    return fixed(max(0, 4 - Int(log10(size).rounded(.down))))
  }
}
