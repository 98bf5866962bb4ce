import SignalsAPI
import Time

extension Table {
  /// The state of the producer.
  ///
  /// - Parameter now: The time to compute ages with.
  init(producer: API.Producer, times: TimeStyle, now: Timestamp = .now) {
    let settings = ProducerSetting.allCases.map {
      (name: $0.name, value: Cell($0.text(in: producer)))
    }
    let faults = producer.faults.map { fault in
      (name: "fault", value: Cell(fault.sentence(times), .bad))
    }
    self.init(
      properties: [Self.state(producer)] + Self.doing(producer, times) + settings
        + Self.stored(producer, times)
        + [
          (name: "spool", value: producer.spoolCell(now: now)),
          (
            name: "kept",
            value: Cell(
              count(producer.spool.keptBatches, "batch") + ", "
                + byteCount(producer.spool.keptBytes))
          ),
          Self.database(producer.database),
        ] + Self.lost(producer)
        + [(name: "started", value: Cell(times.text(producer.startedAt)))] + faults)
  }

  /// A change of the producer: its state, and the settings that changed or were requested.
  init(
    producer before: API.Producer, became after: API.Producer, asked: Set<ProducerSetting>
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

  init(fault: API.Fault, times: TimeStyle) {
    self.init(
      properties: [
        (name: "machine", value: Cell(fault.machine)),
        (name: "error", value: Cell("\(fault.code)", .bad)),
        (name: "at", value: Cell(times.text(fault.timestamp))),
      ] + (fault.until.map { [(name: "stopped until", value: Cell(times.text($0)))] } ?? []))
  }

  private static func state(_ producer: API.Producer) -> (name: String, value: Cell) {
    let reasons = [producer.blockedReason, producer.clockFault].compactMap(\.self)
    let text = ([producer.state] + reasons).joined(separator: ": ")
    return (
      name: "state",
      value: Cell(text, producer.clockFault == nil ? producer.stateStyle : .bad)
    )
  }

  /// The states of the machines and the scenario.
  private static func doing(_ producer: API.Producer, _ times: TimeStyle)
    -> [(name: String, value: Cell)]
  {
    var rows: [(name: String, value: Cell)] = []
    if let states = producer.states, !states.members.isEmpty {
      let counts = states.members.sorted { ($1.value, $0.name) < ($0.value, $1.name) }
      rows.append(
        (
          name: "states",
          value: Cell(counts.map { "\($0.value) in \($0.name)" }.joined(separator: ", "))
        ))
    }
    if let scenario = producer.scenario, scenario.events > 0 {
      let next = scenario.next.map { ", next at \(times.text($0))" } ?? ", none pending"
      rows.append((name: "scenario", value: Cell(count(scenario.events, "event") + next)))
    }
    return rows
  }

  /// How far the database has got.
  private static func stored(_ producer: API.Producer, _ times: TimeStyle)
    -> [(name: String, value: Cell)]
  {
    let behind = producer.watermark.map { max(0, producer.lastSequence - $0.sequence) }
    let position = behind.map { $0 == 0 ? "up to date" : "\(count(Int($0), "batch")) behind" }
    return [
      (name: "readings per second", value: "\(Number(value: producer.readingsPerSecond))"),
      (
        name: "written",
        value: Cell(
          "\(count(producer.readingsWritten, "reading")) in "
            + count(producer.batchesWritten, "batch"))
      ),
      (
        name: "watermark",
        value: Cell(
          producer.watermark.map { watermark in
            "batch \(watermark.sequence), \(position ?? "")"
              + (watermark.through.map { ", through \(times.text($0))" } ?? "")
          } ?? "unknown")
      ),
    ]
  }

  /// What was not stored as produced.
  private static func lost(_ producer: API.Producer) -> [(name: String, value: Cell)] {
    let (quarantined, letters) = (producer.quarantined, producer.deadLetters)
    let missing = producer.missing.map {
      $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)"
    }
    return [
      (
        name: "quarantined",
        value: quarantined.batches == 0
          ? "none"
          : Cell(
            "\(count(quarantined.batches, "batch")) with \(count(quarantined.readings, "reading"))",
            .bad)
      ),
      (
        name: "dead letters",
        value: letters == 0 ? "none" : Cell("\(count(letters, "reading"))", .bad)
      ),
      (
        name: "missing",
        value: missing.isEmpty ? "none" : Cell("batches \(missing.joined(separator: ", "))", .bad)
      ),
    ]
  }

  private static func database(_ database: API.Producer.Database) -> (name: String, value: Cell) {
    let error = database.lastError.map { "; last error: \($0)" } ?? ""
    return (
      name: "database",
      value: database.isConnected
        ? Cell("connected\(error)") : Cell("not connected\(error)", .bad)
    )
  }

  private static func change(_ before: String, _ after: String) -> String {
    before == after ? "\(after), as before" : "\(before) → \(after)"
  }
}

extension API.Producer {
  fileprivate func spoolCell(now: Timestamp) -> Table.Cell {
    let room = "\(byteCount(spool.bytes)) of \(byteCount(spool.limitBytes))"
    let oldest = spool.oldest.map { ", oldest \(duration(microseconds: max(0, now - $0))) old" }
    let style: Style = state == "blocked" ? .bad : spool.percentFull >= 50 ? .warning : .plain
    return Table.Cell(
      "\(count(spool.readings, "reading")) in \(count(spool.batches, "batch"))"
        + "\(oldest ?? ""); \(room)", style)
  }

  fileprivate var stateStyle: Style {
    switch state {
    case "running": .good
    case "stopped": .warning
    default: .bad
    }
  }
}

extension API.Fault {
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

  fileprivate func text(in producer: API.Producer) -> String {
    switch self {
    case .machines: "\(producer.machines)"
    case .seed: "\(producer.seed)"
    case .powerHz: "\(producer.rates.powerHz) Hz"
    case .stateChangeSeconds: Self.text(producer.rates.stateChangeSeconds)
    case .errorSeconds: Self.text(producer.rates.errorSeconds)
    }
  }

  private static func text(_ range: API.SecondsRange) -> String {
    "every \(Number(value: range.min)) to \(Number(value: range.max)) s"
  }
}
