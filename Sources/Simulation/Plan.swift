public import Time

/// What to simulate: the readings at any time depend on nothing else.
public struct Plan: Hashable, Sendable {
  public static let machineCounts = 1...10_000
  /// Each fault adds to the cost of a plan change.
  public static let maxFaults = 1000
  /// The maximum number of event placements, counting each machine of each event: all of them are laid
  /// out at every plan change.
  public static let maxPlacements = 100_000
  /// The maximum rate of all machines together, for power readings and for all other readings.
  public static let maxReadingsPerSecond = 1_000_000

  /// A plan that is not running produces no readings.
  public var isRunning = true
  public var machines: Int
  public var seed: UInt64
  public var rates: Rates
  /// The faults that are still in effect.
  public var faults: [Fault] = []
  public var scenario = Scenario()
  /// The states left by the previous plan; nil for the first.
  public var transition: PlanTransition?

  public init(machines: Int, seed: UInt64, rates: Rates) {
    self.machines = machines
    self.seed = seed
    self.rates = rates
  }

  /// Whether current hardware can simulate it in real time.
  public var isWithinLimits: Bool {
    machines * rates.powerHertz <= Plan.maxReadingsPerSecond
      && Double(machines) * rates.maxEventsPerSecond <= Double(Plan.maxReadingsPerSecond)
  }

  /// A description of the limits of ``isWithinLimits``.
  public static let limitsDescription =
    """
    at most \(maxReadingsPerSecond) power readings a second in all, and as many state changes and \
    errors at their fastest
    """

  /// Whether the scenario has no more placements than can be laid out.
  public var isScenarioWithinLimits: Bool { placements <= Plan.maxPlacements }

  /// The number of machines affected, summed over the scenario's events.
  public var placements: Int {
    scenario.events.reduce(0) { sum, event in
      switch event.machines {
      case .all: sum + machines
      case .only(let numbers): sum + numbers.count
      }
    }
  }

  /// The plan, with the times of a scenario that begins with it resolved.
  public func begun(at beginning: Timestamp) -> Plan {
    var plan = self
    plan.scenario = scenario.begun(at: beginning)
    return plan
  }

  /// The name of a machine, by its number from 0.
  public static func machineName(_ number: Int32) -> String { "machine-\(number + 1)" }

  /// The machine number for a name; nil for an invalid name.
  public static func machineNumber(_ name: some StringProtocol) -> Int32? {
    let prefix = "machine-"
    let digits = name.dropFirst(prefix.count)
    guard name.hasPrefix(prefix), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.first != "0", let number = Int32(digits), machineCounts.contains(Int(number))
    else { return nil }
    return number - 1
  }

  /// The machine number for a name; nil when that machine is not simulated.
  public func machineNumber(_ name: String) -> Int32? {
    Plan.machineNumber(name).flatMap { $0 < machines ? $0 : nil }
  }
}
