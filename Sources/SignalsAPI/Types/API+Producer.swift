public import Time

extension API {
  /// What the producer is doing.
  public struct Producer: Codable, Hashable, Sendable {
    /// Its identity: the same over restarts.
    public var producer: String
    /// `running`, `stopped` or `blocked`.
    public var state: String
    /// Why the machines wait; nil unless they are blocked.
    @OrNull public var blockedReason: String?
    public var machines: Int
    public var seed: UInt64
    public var rates: Rates
    /// How many machines are in each state of PackML; nil while they are stopped.
    @OrNull public var states: NamedValues<Int>?
    /// The state of each machine; nil while they are stopped, and where they are too many to be listed.
    public var machineStates: [MachineState]?
    public var readingsPerSecond: Double
    public var readingsWritten: Int
    public var batchesWritten: Int
    /// nil until the database has been asked.
    @OrNull public var watermark: Watermark?
    public var database: Database
    /// Readings that the database refused for their content.
    public var deadLetters: Int
    /// Up to when the machines have given their readings.
    @OrNull public var simulatedThrough: Timestamp?
    /// How far that is ahead of the time of day; nil when it is not, by more than a minute.
    @OrNull public var aheadSeconds: Double?
    /// Of the last batch that was spooled.
    public var lastSequence: Int64
    public var spool: Spool
    public var quarantined: Quarantined
    public var missing: [Missing]
    /// Those that still have an effect.
    public var faults: [Fault]
    public var scenario: Progress?
    public var startedAt: Timestamp

    private enum CodingKeys: String, CodingKey {
      case producer
      case state
      case blockedReason = "blocked_reason"
      case machines
      case seed
      case rates
      case states
      case machineStates = "machine_states"
      case readingsPerSecond = "readings_per_second"
      case readingsWritten = "readings_written"
      case batchesWritten = "batches_written"
      case watermark
      case database
      case deadLetters = "dead_letters"
      case simulatedThrough = "simulated_through"
      case aheadSeconds = "ahead_seconds"
      case lastSequence = "last_sequence"
      case spool
      case quarantined
      case missing
      case faults
      case scenario
      case startedAt = "started_at"
    }

    public init(
      producer: String, state: String, blockedReason: String?, machines: Int, seed: UInt64,
      rates: Rates, states: NamedValues<Int>?, machineStates: [MachineState]?,
      readingsPerSecond: Double, readingsWritten: Int, batchesWritten: Int,
      watermark: Watermark?, database: Database, deadLetters: Int, simulatedThrough: Timestamp?,
      aheadSeconds: Double?, lastSequence: Int64, spool: Spool, quarantined: Quarantined,
      missing: [Missing], faults: [Fault], scenario: Progress, startedAt: Timestamp
    ) {
      (self.producer, self.state, self.blockedReason) = (producer, state, blockedReason)
      (self.machines, self.seed, self.rates) = (machines, seed, rates)
      (self.states, self.machineStates) = (states, machineStates)
      self.readingsPerSecond = readingsPerSecond
      (self.readingsWritten, self.batchesWritten) = (readingsWritten, batchesWritten)
      (self.watermark, self.database, self.deadLetters) = (watermark, database, deadLetters)
      (self.simulatedThrough, self.aheadSeconds) = (simulatedThrough, aheadSeconds)
      (self.lastSequence, self.spool, self.quarantined) = (lastSequence, spool, quarantined)
      (self.missing, self.faults, self.scenario) = (missing, faults, scenario)
      self.startedAt = startedAt
    }
  }
}
