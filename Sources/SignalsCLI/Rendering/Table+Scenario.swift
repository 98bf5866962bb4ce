import SignalsAPI
import Time

extension Table {
  /// The events by time; past ones are faint.
  init(scenario: API.Scenario, times: TimeStyle, now: Timestamp) {
    self.init(
      [Column("when"), Column("machines"), Column("what", .wrapped)],
      rows: scenario.events.sorted { $0.time < $1.time }.map { event in
        let style: Style = event.time < now ? .faint : .plain
        return [
          Cell(event.time, times, style),
          Cell(event.machines.names?.joined(separator: ", ") ?? "all", style),
          Cell(event.sentence, style),
        ]
      })
  }
}

extension API.Scenario.Event {
  /// When it happens, which is known once the scenario has begun.
  var time: Timestamp { at ?? Timestamp(microseconds: .max) }

  fileprivate var sentence: String {
    if let fault {
      let stop = fault.stopSeconds.map { ", then stopped for \($0.withoutExponent) s" }
      return "error \(fault.code)\(stop ?? "")"
    }
    if let load {
      return "load × \(load.factor.withoutExponent)"
        + (load.seconds.map { " for \($0.withoutExponent) s" } ?? "")
    }
    return stop.map { "stopped for \($0.seconds.withoutExponent) s" } ?? ""
  }
}

extension API.Scenario.Machines {
  /// nil for all.
  fileprivate var names: [String]? { if case .only(let names) = self { names } else { nil } }
}
