internal import StrictJSON

extension API {
  public static let machineCounts = 1...10_000

  /// From the shortest to the longest time, both included; in seconds.
  ///
  /// That the first is the smaller one is for the producer to say.
  public struct SecondsRange: Codable, Hashable, Sendable {
    public let min: Double
    public let max: Double

    public init(min: Double, max: Double) { (self.min, self.max) = (min, max) }
  }

  /// New settings of the producer; nil leaves one as it is.
  public struct ProducerChange: Codable, Hashable, Sendable {
    public struct Rates: Codable, Hashable, Sendable {
      public let powerHz: Int?
      public let stateChangeSeconds: SecondsRange?
      public let errorSeconds: SecondsRange?

      private enum CodingKeys: String, CodingKey, CaseIterable {
        case powerHz = "power_hz"
        case stateChangeSeconds = "state_change_seconds"
        case errorSeconds = "error_seconds"
      }

      /// nil when it would change nothing.
      public init?(
        powerHz: Int?, stateChangeSeconds: SecondsRange?, errorSeconds: SecondsRange?
      ) {
        if powerHz == nil, stateChangeSeconds == nil, errorSeconds == nil { return nil }
        self.powerHz = powerHz
        self.stateChangeSeconds = stateChangeSeconds
        self.errorSeconds = errorSeconds
      }

      public init(from decoder: any Decoder) throws {
        let members = try StrictObject(decoder, CodingKeys.allCases.map(\.rawValue))
        for name in ["state_change_seconds", "error_seconds"] {
          let range: JSONValue? = try members.optional(name)
          if range != nil { try members.check(name, ["min", "max"]) }
        }
        powerHz = try members.optional("power_hz")
        stateChangeSeconds = try members.optional("state_change_seconds")
        errorSeconds = try members.optional("error_seconds")
      }
    }

    public let machines: Int?
    public let seed: UInt64?
    public let rates: Rates?

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case machines
      case seed
      case rates
    }

    public init(machines: Int? = nil, seed: UInt64? = nil, rates: Rates? = nil) {
      (self.machines, self.seed, self.rates) = (machines, seed, rates)
    }

    /// - Throws: `DecodingError` for an unknown member too.
    public init(from decoder: any Decoder) throws {
      let members = try StrictObject(decoder, CodingKeys.allCases.map(\.rawValue))
      machines = try members.optional("machines", in: API.machineCounts)
      seed = try members.optional("seed")
      rates = try members.optional("rates")
    }
  }
}
