import FastCGI
import Server
import Signals
import SignalsAPI
import Simulation
import Spool
import Time

extension ProducerController {
  /// The largest number of machines listed individually.
  private static let mostListed = 20

  /// The producer's state.
  func response() -> RenderedResponse {
    let plan = timeline.current
    let (shipped, spooled) = (shipper.status, spool.status)
    let states = plan.isRunning ? Fleet(plan).states(at: spooled.frontier ?? .now) : []
    let lead = lead
    return Response.json(
      API.Producer(
        producer: spool.identity, state: state.rawValue, blockedReason: simulator.blockedReason,
        machines: plan.machines, seed: plan.seed, rates: API.Producer.Rates(plan.rates),
        states: ProducerController.counts(states), machineStates: ProducerController.list(states),
        readingsPerSecond: (shipped.rate.perSecond(at: .now) * 10).rounded() / 10,
        readingsWritten: shipped.readingsWritten, batchesWritten: shipped.batchesWritten,
        watermark: shipped.watermark.map {
          .init(sequence: $0.sequence, through: $0.sequence > 0 ? $0.through : nil)
        },
        database: .init(
          isConnected: shipped.isConnected, lastError: shipped.lastError, cause: shipped.cause),
        deadLetters: shipped.deadLetters, simulatedThrough: spooled.frontier,
        aheadSeconds: lead > 0 ? Double(lead / 100_000) / 10 : nil, lastSequence: spooled.last,
        spool: report(spooled),
        quarantined: .init(
          batches: spooled.quarantined.batches, readings: spooled.quarantined.readings),
        missing: spooled.missing.map { .init(first: $0.lowerBound, last: $0.upperBound) },
        faults: plan.faults.filter { ($0.end ?? $0.time) >= .now }.map { API.Fault($0) },
        scenario: API.Producer.Progress(plan.scenario), startedAt: startedAt))
  }

  /// How many machines are in each state; nil while they are stopped.
  private static func counts(_ states: [MachineState]) -> NamedValues<Int>? {
    guard !states.isEmpty else { return nil }
    let counts = states.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    return NamedValues(
      MachineState.allCases.compactMap { state in
        counts[state].map { (name: "\(state.name)", value: $0) }
      })
  }

  private static func list(_ states: [MachineState]) -> [API.Producer.MachineState]? {
    guard !states.isEmpty, states.count <= ProducerController.mostListed else { return nil }
    return states.enumerated().map { number, state in
      .init(machine: Plan.machineName(Int32(number)), state: "\(state.name)")
    }
  }

  private func report(_ status: Spool.Status) -> API.Producer.Spool {
    API.Producer.Spool(
      batches: status.waiting.batches, readings: status.waiting.readings,
      bytes: status.waiting.bytes, limitBytes: spool.limits.bytes,
      oldest: try? spool.oldest(), keptBatches: status.kept.batches,
      keptBytes: status.kept.bytes)
  }
}

extension API.Producer.Rates {
  fileprivate init(_ rates: Simulation.Rates) {
    self.init(
      powerHz: rates.powerHertz,
      stateChangeSeconds: .init(min: rates.stateChange.min, max: rates.stateChange.max),
      errorSeconds: .init(min: rates.error.min, max: rates.error.max))
  }
}

extension API.Producer.Progress {
  /// An event whose time is not known yet is none to come.
  fileprivate init(_ scenario: Simulation.Scenario) {
    let times = scenario.events.compactMap { event in
      if case .at(let time) = event.moment { time } else { nil }
    }
    self.init(events: scenario.events.count, next: times.filter { $0 >= .now }.min())
  }
}

extension API.Fault {
  init(_ fault: Simulation.Fault) {
    self.init(
      machine: Plan.machineName(fault.machine), code: fault.code, timestamp: fault.time,
      until: fault.end)
  }
}
