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
  /// Why it does not work, in a word: `unreachable`, `read_only`, …; nil when it does.
  let cause: String?
  let version: String?
  let serviceID: String?
  /// By `component:measurement`.
  let checks: [String: [Check]]?

  /// In seconds; nil when there is none, or the server does not tell.
  var newestReadingAge: Double? { checks?["readings:age"]?.first?.value?.value }

  /// How far the newest reading is ahead of the server's clock, in seconds; nil when it is not.
  var readingsAhead: Double? { checks?["readings:ahead"]?.first?.value?.value }

  private enum CodingKeys: String, CodingKey {
    case status
    case cause
    case version
    case serviceID = "serviceId"
    case checks
  }
}
