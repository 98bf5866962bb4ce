extension Table {
  /// All that the producer tells.
  init(producer: ProducerState, times: TimeStyle) {
    let settings = ProducerSetting.allCases.map {
      (name: $0.name, value: Cell($0.text(in: producer)))
    }
    let backlog = producer.backlog
    let numbers: [(name: String, value: Cell)] = [
      ("readings per second", "\(Number(value: producer.readingsPerSecond))"),
      ("written", "\(producer.readingsWritten) readings in \(producer.batchesWritten) batches"),
      (
        "backlog",
        Cell(
          "\(backlog.readings) readings in \(backlog.batches) batches; "
            + "there is room for \(backlog.limitReadings)",
          producer.state == "blocked" ? .bad : .plain)
      ),
      Self.database(producer.database),
      ("started", Cell(times.text(producer.startedAt))),
    ]
    let faults = producer.faults.map { fault in
      (name: "fault", value: Cell(fault.sentence(times), .bad))
    }
    self.init(properties: [Self.state(producer)] + settings + numbers + faults)
  }

  /// What became of the producer: its state, and the settings that changed or were to change.
  init(
    producer before: ProducerState, became after: ProducerState, asked: Set<ProducerSetting>
  ) {
    let settings = ProducerSetting.allCases.compactMap { setting -> (name: String, value: Cell)? in
      let (old, new) = (setting.text(in: before), setting.text(in: after))
      guard old != new || asked.contains(setting) else { return nil }
      return (name: setting.name, value: Cell(Self.change(old, new)))
    }
    let state = (
      name: "state", value: Cell(Self.change(before.state, after.state), after.stateStyle)
    )
    let database = after.database.isConnected ? [] : [Self.database(after.database)]
    self.init(properties: [state] + settings + database)
  }

  init(fault: Fault, times: TimeStyle) {
    self.init(
      properties: [
        (name: "machine", value: Cell(fault.machine)),
        (name: "error", value: Cell("\(fault.code)", .bad)),
        (name: "at", value: Cell(times.text(fault.timestamp))),
      ] + (fault.until.map { [(name: "stopped until", value: Cell(times.text($0)))] } ?? []))
  }

  private static func state(_ producer: ProducerState) -> (name: String, value: Cell) {
    (name: "state", value: Cell(producer.state, producer.stateStyle))
  }

  private static func database(_ database: ProducerState.Database) -> (name: String, value: Cell) {
    let error = database.lastError.map { ": \($0)" } ?? ""
    return (
      name: "database",
      value: database.isConnected ? "connected" : Cell("not connected\(error)", .bad)
    )
  }

  private static func change(_ before: String, _ after: String) -> String {
    before == after ? "\(after), as before" : "\(before) → \(after)"
  }
}

extension ProducerState {
  fileprivate var stateStyle: Style {
    switch state {
    case "running": .good
    case "stopped": .warning
    default: .bad
    }
  }
}

extension Fault {
  fileprivate func sentence(_ times: TimeStyle) -> String {
    let end = until.map { ", stopped until \(times.text($0))" } ?? ""
    return "\(machine): error \(code) at \(times.text(timestamp))\(end)"
  }
}

extension ProducerSetting {
  fileprivate var name: String {
    switch self {
    case .machines: "machines"
    case .seed: "seed"
    case .powerHz: "power"
    case .stateChangeSeconds: "state change"
    case .errorSeconds: "error"
    }
  }

  fileprivate func text(in producer: ProducerState) -> String {
    switch self {
    case .machines: "\(producer.machines)"
    case .seed: "\(producer.seed)"
    case .powerHz: "\(Number(value: producer.rates.powerHz)) Hz"
    case .stateChangeSeconds: Self.text(producer.rates.stateChangeSeconds)
    case .errorSeconds: Self.text(producer.rates.errorSeconds)
    }
  }

  private static func text(_ range: SecondsRange) -> String {
    "every \(Number(value: range.min)) to \(Number(value: range.max)) s"
  }
}
