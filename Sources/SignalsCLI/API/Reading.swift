import Signals

/// One value that a machine gave off.
struct Reading: Decodable, Equatable {
  let id: Int64
  let type: String
  let value: Double
  let timestamp: Timestamp
  let machine: String

  private enum CodingKeys: String, CodingKey {
    case id
    case type = "signal_type"
    case value
    case timestamp
    case machine
  }
}
