import Signals

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

  /// What is not yet in the database.
  struct Backlog: Decodable, Equatable {
    let batches: Int
    let readings: Int
    let limitReadings: Int

    private enum CodingKeys: String, CodingKey {
      case batches
      case readings
      case limitReadings = "limit_readings"
    }
  }

  struct Database: Decodable, Equatable {
    let isConnected: Bool
    let lastError: String?

    private enum CodingKeys: String, CodingKey {
      case isConnected = "connected"
      case lastError = "last_error"
    }
  }

  /// `running`, `stopped` or `blocked`.
  let state: String
  let machines: Int
  let seed: UInt64
  let rates: Rates
  let readingsPerSecond: Double
  let readingsWritten: Int
  let batchesWritten: Int
  let backlog: Backlog
  let database: Database
  let faults: [Fault]
  let startedAt: Timestamp

  private enum CodingKeys: String, CodingKey {
    case state
    case machines
    case seed
    case rates
    case readingsPerSecond = "readings_per_second"
    case readingsWritten = "readings_written"
    case batchesWritten = "batches_written"
    case backlog
    case database
    case faults
    case startedAt = "started_at"
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
