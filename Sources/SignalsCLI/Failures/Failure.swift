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

  /// A line and, where there is advice, a second one; each a paragraph on a narrow terminal.
  func text(for medium: Medium) -> String {
    let advice = advice.map { $0.paragraph(after: "  try: ", for: medium) } ?? ""
    return Self.line(message, for: medium) + advice
  }

  /// A remark about what goes on.
  static func line(_ message: String, _ style: Style = .plain, for medium: Medium) -> String {
    message.paragraph(after: prefix, style, for: medium)
  }

  /// What the parser says of a wrong command line, prefix and all.
  static func line(ofParser text: String, for medium: Medium) -> String {
    text.split(separator: "\n").map { line in
      let lead = line.hasPrefix(prefix) ? Substring(prefix) : line.prefix { $0 == " " }
      return String(line.dropFirst(lead.count)).paragraph(after: String(lead), for: medium)
    }.joined()
  }
}

extension StandardError {
  static func write(_ failure: Failure) { write(failure.text(for: .standardError)) }

  /// Says what a person should know and a program need not.
  static func remark(_ message: String, _ style: Style = .plain) {
    write(Failure.line(message, style, for: .standardError))
  }
}
