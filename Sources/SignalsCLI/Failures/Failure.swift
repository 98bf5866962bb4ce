/// Why the program does not end well: what it tells, and its exit status.
struct Failure: Error, Equatable {
  enum Status: Int32 {
    case failed = 1
    case notAuthorised = 4
    /// EX_USAGE, as for a command line that cannot be parsed.
    case usage = 64
    /// EX_CONFIG: the file of contexts cannot be used.
    case configuration = 78
  }

  static let prefix = "signals-cli: "

  let status: Status
  /// What failed, where and why; one line.
  let message: String
  /// What to do about it.
  let advice: String?
  /// The message without what was asked, for a line with little room.
  let reason: String
  /// Whether the service is well, and what was asked of it is wrong.
  let isAboutRequest: Bool
  /// Where the same request may go well later: not before this. nil when it will not.
  var passesAfter: Duration?

  init(
    _ status: Status, _ message: String, advice: String? = nil, reason: String? = nil,
    isAboutRequest: Bool = false
  ) {
    self.status = status
    self.message = message
    self.advice = advice
    self.reason = reason ?? message
    self.isAboutRequest = isAboutRequest
  }

  /// For standard error: a line and, where there is advice, a second one.
  var text: String {
    Self.line(message) + (advice.map { "  try: \($0.printable)\n" } ?? "")
  }

  /// A remark for standard error.
  static func line(_ message: String) -> String { "\(prefix)\(message.printable)\n" }
}
