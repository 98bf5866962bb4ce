public import Time

/// What happens to machines when: errors, stops and changes of load, placed on the timeline.
public struct Scenario: Hashable, Sendable {
  /// Of a scenario.
  public static let mostEvents = 1000
  /// How long anything in it may take, in microseconds.
  public static let durations: ClosedRange<Int64> = Fault.shortestStop...86_400_000_000
  /// How long after its beginning something may happen, in microseconds: a year.
  public static let delays: ClosedRange<Int64> = 0...31_536_000_000_000
  /// Of the usual load; the power that is drawn has its own bounds.
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
    /// So many microseconds after the scenario's beginning, one of ``delays``.
    case after(Int64)
  }

  public enum Machines: Hashable, Sendable {
    case all
    /// By their numbers, counted from 0.
    case only([Int32])

    /// Those of a plan with `count` machines.
    func numbers(of count: Int) -> [Int32] {
      switch self {
      case .all: Array(0..<Int32(count))
      case .only(let numbers): Set(numbers).filter { $0 < count }.sorted()
      }
    }
  }

  /// Every duration is one of ``durations``.
  public enum Action: Hashable, Sendable {
    /// An error, which stops the machine for a while or lets it go on.
    case fault(code: Int, stop: Int64?)
    /// The machine is stopped in good order and started again.
    case stop(Int64)
    /// At work the machine has so much of its usual load: for a while, or until told otherwise.
    case load(factor: Double, for: Int64?)
  }

  public var events: [Event]

  public init(_ events: [Event] = []) { self.events = events }

  /// The same with every moment as a time of day, given when the scenario begins.
  public func begun(at beginning: Timestamp) -> Scenario {
    Scenario(
      events.map { event in
        guard case .after(let delay) = event.moment else { return event }
        return Event(.at(beginning + delay), event.machines, event.action)
      })
  }
}

extension [Scenario.Event] {
  /// What they put upon a machine; events whose time is not known yet are passed over.
  func orders(
    for machine: Int32
  ) -> (faults: [Fault], stops: [Interventions.Order], loads: [LoadCurve.Order]) {
    var faults: [Fault] = []
    var stops: [Interventions.Order] = []
    var loads: [LoadCurve.Order] = []
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
