import Time

extension Table {
  /// The events by time; past ones are faint.
  init(scenario: ScenarioState, times: TimeStyle, now: Timestamp) {
    self.init(
      [Column("when"), Column("machines"), Column("what", .wrapped)],
      rows: scenario.events.sorted { $0.time < $1.time }.map { event in
        let style: Style = event.time < now ? .faint : .plain
        return [
          Cell(event.time, times, style),
          Cell(event.machines?.joined(separator: ", ") ?? "all", style),
          Cell(event.action.sentence, style),
        ]
      })
  }
}

extension ScenarioState.Event.Action {
  fileprivate var sentence: String {
    switch self {
    case .fault(let code, let stop):
      "error \(code)" + (stop.map { ", then stopped for \($0.withoutExponent) s" } ?? "")
    case .stop(let seconds): "stopped for \(seconds.withoutExponent) s"
    case .load(let factor, let seconds):
      "load × \(factor.withoutExponent)" + (seconds.map { " for \($0.withoutExponent) s" } ?? "")
    }
  }
}
