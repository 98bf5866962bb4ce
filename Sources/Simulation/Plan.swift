public import Time

/// What is to be simulated: together with a time, all that the readings depend on.
public struct Plan: Hashable, Sendable {
  public static let machineCounts = 1...10_000
  /// Enough to play with; each costs a little whenever the plan changes.
  public static let mostFaults = 1000
  /// On how many machines the events of a scenario may be, counting each time: they are all laid out
  /// whenever the plan changes.
  public static let mostPlacements = 100_000
  /// What all machines together may give off: so many power readings, and so many of the rest.
  public static let mostReadingsPerSecond = 1_000_000

  /// Nothing is given off while it is not.
  public var isRunning = true
  public var machines: Int
  public var seed: UInt64
  public var rates: Rates
  /// Those that still have an effect.
  public var faults: [Fault] = []
  public var scenario = Scenario()
  /// What it takes over; nil when it is the first.
  public var handover: Handover?

  public init(machines: Int, seed: UInt64, rates: Rates) {
    self.machines = machines
    self.seed = seed
    self.rates = rates
  }

  /// Whether a machine of today can simulate it in real time.
  public var isBearable: Bool {
    machines * rates.powerHertz <= Plan.mostReadingsPerSecond
      && Double(machines) * rates.mostEventsPerSecond <= Double(Plan.mostReadingsPerSecond)
  }

  /// What ``isBearable`` asks for, for people.
  public static let bearable =
    """
    at most \(mostReadingsPerSecond) power readings a second in all, and as many state changes and \
    errors at their fastest
    """

  /// Whether the scenario's events are on no more machines than can be laid out.
  public var isStageable: Bool { placements <= Plan.mostPlacements }

  /// On how many machines the scenario's events are, counting each time.
  public var placements: Int {
    scenario.events.reduce(0) { sum, event in
      switch event.machines {
      case .all: sum + machines
      case .only(let numbers): sum + numbers.count
      }
    }
  }

  /// The same with the scenario's times given, when it begins with this plan.
  public func begun(at beginning: Timestamp) -> Plan {
    var plan = self
    plan.scenario = scenario.begun(at: beginning)
    return plan
  }

  /// The name of a machine by its number, which counts from 0.
  public static func machineName(_ number: Int32) -> String { "machine-\(number + 1)" }

  /// The number that a machine of this name would have; nil when none can have it.
  public static func machineNumber(_ name: some StringProtocol) -> Int32? {
    let prefix = "machine-"
    let digits = name.dropFirst(prefix.count)
    guard name.hasPrefix(prefix), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.first != "0", let number = Int32(digits), machineCounts.contains(Int(number))
    else { return nil }
    return number - 1
  }

  /// The number of a machine by its name; nil when it is not simulated.
  public func machineNumber(_ name: String) -> Int32? {
    Plan.machineNumber(name).flatMap { $0 < machines ? $0 : nil }
  }
}
