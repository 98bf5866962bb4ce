public import Time

/// A timeline of events: errors, stops and load changes.
public struct Scenario: Hashable, Sendable {
  /// Per scenario.
  public static let maxEvents = 1000
  /// The valid durations, in microseconds.
  public static let durations: ClosedRange<Int64> = Fault.minStopDuration...86_400_000_000
  /// The valid delays after the beginning of the scenario, in microseconds: up to a year.
  public static let delays: ClosedRange<Int64> = 0...31_536_000_000_000
  /// Relative to the usual load; the power has its own limits.
  public static let loadFactors = 0.0...2.0

  public struct Event: Hashable, Sendable {
    public var moment: Moment
    public var machines: Machines
    public var action: Action

    public init(_ moment: Moment, _ machines: Machines, _ action: Action) {
      self.moment = moment
      self.machines = machines
      self.action = action
    }
  }

  public enum Moment: Hashable, Sendable {
    case at(Timestamp)
    /// Microseconds after the beginning of the scenario, within ``delays``.
    case after(Int64)
  }

  public enum Machines: Hashable, Sendable {
    case all
    /// By number, counted from 0.
    case only([Int32])

    /// The machine numbers, for a plan with `count` machines.
    func numbers(of count: Int) -> [Int32] {
      switch self {
      case .all: Array(0..<Int32(count))
      case .only(let numbers): Set(numbers).filter { $0 < count }.sorted()
      }
    }
  }

  /// All durations are within ``durations``.
  public enum Action: Hashable, Sendable {
    /// An error, which may stop the machine for a while.
    case fault(code: Int, stop: Int64?)
    /// A normal stop and restart.
    case stop(Int64)
    /// A change of the working load, for a while or until changed again.
    case load(factor: Double, for: Int64?)
  }

  public var events: [Event]

  public init(_ events: [Event] = []) { self.events = events }

  /// The scenario with all times resolved to absolute ones.
  public func begun(at beginning: Timestamp) -> Scenario {
    Scenario(
      events.map { event in
        guard case .after(let delay) = event.moment else { return event }
        return Event(.at(beginning + delay), event.machines, event.action)
      })
  }
}

extension [Scenario.Event] {
  /// The events for one machine; those whose time is not resolved are skipped.
  func commands(
    for machine: Int32
  ) -> (faults: [Fault], stops: [Overrides.Command], loads: [LoadCurve.Command]) {
    var faults: [Fault] = []
    var stops: [Overrides.Command] = []
    var loads: [LoadCurve.Command] = []
    for event in self {
      guard case .at(let time) = event.moment else { continue }
      switch event.action {
      case .fault(let code, let stop):
        faults.append(
          Fault(machine: machine, code: code, time: time, end: stop.map { time + $0 }))
      case .stop(let duration):
        stops.append(.init(kind: .stop, begin: time, end: time + duration))
      case .load(let factor, let duration):
        loads.append(
          .init(
            begin: time, end: duration.map { time + $0 } ?? Timestamp(microseconds: .max),
            factor: LoadCurve.Factor((factor * Double(LoadCurve.usual)).rounded())))
      }
    }
    return (faults, stops, loads)
  }
}
