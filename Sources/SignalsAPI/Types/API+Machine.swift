public import Time

extension API {
  /// A machine with its newest readings.
  public struct Machine: Codable, Hashable, Sendable {
    /// The newest reading of one type.
    public struct Newest: Codable, Hashable, Sendable {
      /// In the unit of the type.
      public let value: Double
      public let timestamp: Timestamp
      /// By the database's clock; negative for a reading ahead of it.
      public let age: Double

      private enum CodingKeys: String, CodingKey {
        case value
        case timestamp
        case age = "age_seconds"
      }

      public init(value: Double, timestamp: Timestamp, age: Double) {
        (self.value, self.timestamp, self.age) = (value, timestamp, age)
      }
    }

    public let name: String
    @OrNull public var firstSeen: Timestamp?
    @OrNull public var lastSeen: Timestamp?
    public let isSilent: Bool
    /// The newest value of `state_change`.
    @OrNull public var state: Double?
    /// By type.
    public let newest: NamedValues<Newest>

    private enum CodingKeys: String, CodingKey {
      case name
      case firstSeen = "first_seen"
      case lastSeen = "last_seen"
      case isSilent = "silent"
      case state
      case newest
    }

    public init(
      name: String, firstSeen: Timestamp?, lastSeen: Timestamp?, isSilent: Bool, state: Double?,
      newest: NamedValues<Newest>
    ) {
      (self.name, self.isSilent, self.newest) = (name, isSilent, newest)
      _firstSeen = OrNull(wrappedValue: firstSeen)
      _lastSeen = OrNull(wrappedValue: lastSeen)
      _state = OrNull(wrappedValue: state)
    }

    /// The age of the newest reading of any type, in seconds; nil without readings.
    public var age: Double? {
      newest.members.max { $0.value.timestamp < $1.value.timestamp }?.value.age
    }
  }
}
