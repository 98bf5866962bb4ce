/// `application/problem+json` (RFC 9457). Any is read, as all members are optional there.
public struct ProblemDocument: Codable, Hashable, Sendable {
  public let type: String?
  public let title: String?
  public let status: Int?
  /// What is wrong, and what is expected.
  public let detail: String?
  public let instance: String?
  public let requestID: String?
  /// Why it cannot be served now, in a word for programs.
  public let cause: String?
  public let knownTypes: [String]?
  public let knownMachines: [String]?

  private enum CodingKeys: String, CodingKey {
    case type
    case title
    case status
    case detail
    case instance
    case requestID = "request_id"
    case cause
    case knownTypes = "known_types"
    case knownMachines = "known_machines"
  }

  public init(
    type: String = "about:blank", title: String, status: Int, detail: String,
    instance: String? = nil, requestID: String? = nil, cause: String? = nil,
    knownTypes: [String]? = nil, knownMachines: [String]? = nil
  ) {
    (self.type, self.title, self.status, self.detail) = (type, title, status, detail)
    (self.instance, self.requestID, self.cause) = (instance, requestID, cause)
    (self.knownTypes, self.knownMachines) = (knownTypes, knownMachines)
  }
}
