public import Time

extension API {
  /// One value that a machine gave off.
  public struct Reading: Codable, Hashable, Sendable {
    public let id: Int64
    public let type: String
    /// In the unit of the type.
    public let value: Double
    public let timestamp: Timestamp
    public let machine: String

    private enum CodingKeys: String, CodingKey {
      case id
      case type = "signal_type"
      case value
      case timestamp
      case machine
    }

    public init(id: Int64, type: String, value: Double, timestamp: Timestamp, machine: String) {
      (self.id, self.type, self.value) = (id, type, value)
      (self.timestamp, self.machine) = (timestamp, machine)
    }

    public init(from decoder: any Decoder) throws {
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
}
