public import Time

extension API {
  /// What a service says about itself (draft-inadarei-api-health-check). Any service's is read, which has
  /// a status at least.
  public struct Health: Codable, Hashable, Sendable {
    public struct Check: Codable, Hashable, Sendable {
      public let componentType: String?
      /// `pass`, `warn` or `fail`.
      public let status: String
      /// nil when nothing could be observed.
      public let observedValue: Double?
      public let observedUnit: String?
      /// What is wrong, in words.
      public let output: String?
      public let time: Timestamp?

      public init(
        componentType: String, status: String, observed: (value: Double, unit: String)? = nil,
        output: String? = nil, time: Timestamp
      ) {
        (self.componentType, self.status, self.output) = (componentType, status, output)
        (observedValue, observedUnit, self.time) = (observed?.value, observed?.unit, time)
      }
    }

    public let status: String
    /// Why it does not work, in a word: `unreachable`, `read_only`, …; nil when it does.
    public let cause: String?
    public let version: String?
    public let serviceID: String?
    /// By `component:measurement`.
    public let checks: NamedValues<[Check]>?

    private enum CodingKeys: String, CodingKey {
      case status
      case cause
      case version
      case serviceID = "serviceId"
      case checks
    }

    public init(
      status: String, cause: String? = nil, version: String, serviceID: String,
      checks: NamedValues<[Check]>
    ) {
      (self.status, self.cause, self.version) = (status, cause, version)
      (self.serviceID, self.checks) = (serviceID, checks)
    }
  }
}
