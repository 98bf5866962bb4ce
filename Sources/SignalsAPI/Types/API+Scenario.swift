public import Time

extension API {
  /// What befalls the machines when.
  public struct Scenario: Codable, Hashable, Sendable {
    public let events: [Event]

    public init(events: [Event]) { self.events = events }

    /// At one moment one of ``fault``, ``stop`` and ``load``.
    public struct Event: Codable, Hashable, Sendable {
      public var at: Timestamp?
      /// After the scenario's beginning; nil where the moment is known.
      public var afterSeconds: Double?
      public var machines: Machines
      public var fault: Fault?
      public var stop: Stop?
      public var load: Load?

      private enum CodingKeys: String, CodingKey {
        case at
        case afterSeconds = "after_seconds"
        case machines
        case fault
        case stop
        case load
      }

      public init(
        at: Timestamp? = nil, afterSeconds: Double? = nil, machines: Machines,
        fault: Fault? = nil, stop: Stop? = nil, load: Load? = nil
      ) {
        (self.at, self.afterSeconds, self.machines) = (at, afterSeconds, machines)
        (self.fault, self.stop, self.load) = (fault, stop, load)
      }
    }

    public struct Fault: Codable, Hashable, Sendable {
      public var code: Int
      public var stopSeconds: Double?

      private enum CodingKeys: String, CodingKey {
        case code
        case stopSeconds = "stop_seconds"
      }

      public init(code: Int, stopSeconds: Double? = nil) {
        (self.code, self.stopSeconds) = (code, stopSeconds)
      }
    }

    public struct Stop: Codable, Hashable, Sendable {
      public var seconds: Double

      public init(seconds: Double) { self.seconds = seconds }
    }

    public struct Load: Codable, Hashable, Sendable {
      public var factor: Double
      /// Without an end it stays.
      public var seconds: Double?

      public init(factor: Double, seconds: Double? = nil) {
        (self.factor, self.seconds) = (factor, seconds)
      }
    }
  }
}

extension API.Scenario {
  /// `"all"`, or a list of names.
  public enum Machines: Codable, Hashable, Sendable {
    case all
    case only([String])

    public init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if (try? value.decode(String.self)) == "all" {
        self = .all
      } else {
        self = .only(try value.decode([String].self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var value = encoder.singleValueContainer()
      switch self {
      case .all: try value.encode("all")
      case .only(let names): try value.encode(names)
      }
    }
  }
}
