import Signals
import Time

/// What the producer is doing.
struct ProducerState: Decodable, Equatable {
  struct Rates: Decodable, Equatable {
    let powerHz: Double
    let stateChangeSeconds: SecondsRange
    let errorSeconds: SecondsRange

    private enum CodingKeys: String, CodingKey {
      case powerHz = "power_hz"
      case stateChangeSeconds = "state_change_seconds"
      case errorSeconds = "error_seconds"
    }
  }

  struct Database: Decodable, Equatable {
    let isConnected: Bool
    let lastError: String?
    /// See ``HealthReport/cause``.
    let cause: String?

    private enum CodingKeys: String, CodingKey {
      case isConnected = "connected"
      case lastError = "last_error"
      case cause
    }
  }

  /// What the database was found to hold; see ``lastSequence``.
  struct Watermark: Decodable, Equatable {
    /// Of the last batch that is stored; 0 before the first.
    let sequence: Int64
    let through: Timestamp?
  }

  /// Batches that cannot be had any more, both ends included.
  struct Missing: Decodable, Equatable {
    let first: Int64
    let last: Int64
  }

  struct Quarantined: Decodable, Equatable {
    let batches: Int
    let readings: Int
  }

  /// How many events there are, and when the next one happens.
  struct Scenario: Decodable, Equatable {
    let events: Int
    let next: Timestamp?
  }

  /// Its identity: the same over restarts.
  let producer: String
  /// `running`, `stopped` or `blocked`.
  let state: String
  /// Why the machines wait; nil unless they are blocked.
  let blockedReason: String?
  let machines: Int
  let seed: UInt64
  let rates: Rates
  let readingsPerSecond: Double
  let readingsWritten: Int
  let batchesWritten: Int
  /// nil until the database has been asked.
  let watermark: Watermark?
  let database: Database
  /// Readings that the database refused for their content.
  let deadLetters: Int
  let missing: [Missing]
  /// Up to when the machines have given their readings.
  let simulatedThrough: Timestamp?
  /// How far that is ahead of the time of day; nil when it is not, by more than a minute.
  let aheadSeconds: Double?
  /// Of the last batch that was spooled.
  let lastSequence: Int64
  let spool: SpoolState
  let quarantined: Quarantined
  let faults: [Fault]
  let startedAt: Timestamp
  /// How many machines are in each state of PackML; nil while they are stopped.
  let states: [String: Int]?
  let scenario: Scenario?

  private enum CodingKeys: String, CodingKey {
    case producer
    case state
    case blockedReason = "blocked_reason"
    case machines
    case seed
    case rates
    case readingsPerSecond = "readings_per_second"
    case readingsWritten = "readings_written"
    case batchesWritten = "batches_written"
    case watermark
    case database
    case deadLetters = "dead_letters"
    case missing
    case simulatedThrough = "simulated_through"
    case aheadSeconds = "ahead_seconds"
    case lastSequence = "last_sequence"
    case spool
    case quarantined
    case faults
    case startedAt = "started_at"
    case states
    case scenario
  }
}

extension ProducerState {
  /// What is wrong with its machines' time; nil when nothing is.
  var clockFault: String? {
    aheadSeconds.map {
      let lead = duration(microseconds: Int64(min($0 * 1_000_000, 1e18)))
      return "the machines' time is \(lead) ahead of the clock"
    }
  }
}

/// An error that somebody made a machine report.
struct Fault: Decodable, Equatable {
  let machine: String
  let code: Int
  let timestamp: Timestamp
  /// When the machine goes on; nil when it was not stopped.
  let until: Timestamp?
}
