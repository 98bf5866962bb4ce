internal import StrictJSON
public import Time

extension API {
  /// The codes that errors have.
  public static let errorCodes = 1...100

  /// An error that somebody made a machine report.
  public struct Fault: Codable, Hashable, Sendable {
    public let machine: String
    public let code: Int
    public let timestamp: Timestamp
    /// When the machine goes on; nil when it was not stopped.
    @OrNull public var until: Timestamp?

    public init(machine: String, code: Int, timestamp: Timestamp, until: Timestamp?) {
      (self.machine, self.code) = (machine, code)
      (self.timestamp, self.until) = (timestamp, until)
    }
  }

  /// An error for a machine to report.
  public struct FaultRequest: Codable, Hashable, Sendable {
    /// How long a machine may stand still, in seconds.
    public static let stopSeconds = 0.01...86_400

    public let machine: String
    public let code: Int
    public let stopSeconds: Double?

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case machine
      case code
      case stopSeconds = "stop_seconds"
    }

    public init(machine: String, code: Int, stopSeconds: Double?) {
      (self.machine, self.code, self.stopSeconds) = (machine, code, stopSeconds)
    }

    /// - Throws: `DecodingError` for an unknown member too.
    public init(from decoder: any Decoder) throws {
      let members = try StrictObject(decoder, CodingKeys.allCases.map(\.rawValue))
      machine = try members.required("machine")
      code = try members.required("code", in: API.errorCodes)
      stopSeconds = try members.optional("stop_seconds")
    }
  }
}
