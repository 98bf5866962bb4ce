import Time

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

  init(id: Int64, type: String, value: Double, timestamp: Timestamp, machine: String) {
    (self.id, self.type, self.value) = (id, type, value)
    (self.timestamp, self.machine) = (timestamp, machine)
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    // A string where it is too large for a number that everybody reads the same.
    let text = try? members.decode(String.self, forKey: .id)
    id = try text.flatMap { Int64($0) } ?? members.decode(Int64.self, forKey: .id)
    type = try members.decode(String.self, forKey: .type)
    value = try members.decode(Double.self, forKey: .value)
    timestamp = try members.decode(Timestamp.self, forKey: .timestamp)
    machine = try members.decode(String.self, forKey: .machine)
  }
}
