/// What a service says about itself (draft-inadarei-api-health-check).
struct HealthReport: Decodable, Equatable {
  struct Check: Decodable, Equatable {
    let status: String
    let value: Number?
    let unit: String?
    /// What is wrong, in words.
    let output: String?

    private enum CodingKeys: String, CodingKey {
      case status
      case value = "observedValue"
      case unit = "observedUnit"
      case output
    }
  }

  let status: String
  let version: String?
  let serviceID: String?
  /// By `component:measurement`.
  let checks: [String: [Check]]?

  /// In seconds; nil when there is none, or the server does not tell.
  var newestReadingAge: Double? { checks?["readings:age"]?.first?.value?.value }

  private enum CodingKeys: String, CodingKey {
    case status
    case version
    case serviceID = "serviceId"
    case checks
  }
}
