public import Time

extension API.Producer {
  public struct Rates: Codable, Hashable, Sendable {
    public var powerHz: Int
    public var stateChangeSeconds: API.SecondsRange
    public var errorSeconds: API.SecondsRange

    private enum CodingKeys: String, CodingKey {
      case powerHz = "power_hz"
      case stateChangeSeconds = "state_change_seconds"
      case errorSeconds = "error_seconds"
    }

    public init(
      powerHz: Int, stateChangeSeconds: API.SecondsRange, errorSeconds: API.SecondsRange
    ) {
      self.powerHz = powerHz
      (self.stateChangeSeconds, self.errorSeconds) = (stateChangeSeconds, errorSeconds)
    }
  }

  public struct MachineState: Codable, Hashable, Sendable {
    public var machine: String
    /// Of PackML.
    public var state: String

    public init(machine: String, state: String) { (self.machine, self.state) = (machine, state) }
  }

  /// What the database was found to hold.
  public struct Watermark: Codable, Hashable, Sendable {
    /// Of the last batch that is stored; 0 before the first.
    public var sequence: Int64
    @OrNull public var through: Timestamp?

    public init(sequence: Int64, through: Timestamp?) {
      (self.sequence, self.through) = (sequence, through)
    }
  }

  public struct Database: Codable, Hashable, Sendable {
    public var isConnected: Bool
    @OrNull public var lastError: String?
    /// What kind of failure of the database that is, in a word; nil for one of the spool.
    @OrNull public var cause: String?

    private enum CodingKeys: String, CodingKey {
      case isConnected = "connected"
      case lastError = "last_error"
      case cause
    }

    public init(isConnected: Bool, lastError: String?, cause: String?) {
      (self.isConnected, self.lastError, self.cause) = (isConnected, lastError, cause)
    }
  }

  /// What is on disk.
  public struct Spool: Codable, Hashable, Sendable {
    /// Waiting for the database, as are ``readings`` and ``bytes``.
    public var batches: Int
    public var readings: Int
    public var bytes: Int
    /// The machines wait when more would be on disk.
    public var limitBytes: Int
    /// The first reading of those that wait; nil when none does.
    @OrNull public var oldest: Timestamp?
    /// Stored, and kept for the case that the database loses them.
    public var keptBatches: Int
    public var keptBytes: Int

    private enum CodingKeys: String, CodingKey {
      case batches
      case readings
      case bytes
      case limitBytes = "limit_bytes"
      case oldest
      case keptBatches = "kept_batches"
      case keptBytes = "kept_bytes"
    }

    public init(
      batches: Int, readings: Int, bytes: Int, limitBytes: Int, oldest: Timestamp?,
      keptBatches: Int, keptBytes: Int
    ) {
      (self.batches, self.readings, self.bytes) = (batches, readings, bytes)
      (self.limitBytes, self.oldest) = (limitBytes, oldest)
      (self.keptBatches, self.keptBytes) = (keptBatches, keptBytes)
    }
  }

  public struct Quarantined: Codable, Hashable, Sendable {
    public var batches: Int
    public var readings: Int

    public init(batches: Int, readings: Int) {
      (self.batches, self.readings) = (batches, readings)
    }
  }

  /// Batches that cannot be had any more, both ends included.
  public struct Missing: Codable, Hashable, Sendable {
    public var first: Int64
    public var last: Int64

    public init(first: Int64, last: Int64) { (self.first, self.last) = (first, last) }
  }

  /// How many events the scenario has, and when the next one happens.
  public struct Progress: Codable, Hashable, Sendable {
    public var events: Int
    @OrNull public var next: Timestamp?

    public init(events: Int, next: Timestamp?) { (self.events, self.next) = (events, next) }
  }
}
