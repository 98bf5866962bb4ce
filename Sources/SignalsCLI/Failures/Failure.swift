/// An error that ends the program: the message, the advice and the exit status.
struct Failure: Error, Equatable {
  enum Status: Int32 {
    case failed = 1
    case notAuthorised = 4
    /// EX_USAGE.
    case usage = 64
    /// EX_CONFIG: the context file is invalid.
    case configuration = 78
  }

  static let prefix = "signals-cli: "

  let status: Status
  /// What failed, where and why; one line.
  let message: String
  /// What to do about it.
  let advice: String?
  /// The message without the request, where there is little room.
  let reason: String
  /// Whether the request is at fault, not the service.
  let isAboutRequest: Bool
  /// The least time after which the same request may succeed; nil when it never will.
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

  /// The message and, if any, the advice on a second line, both wrapped on a terminal.
  func text(for target: OutputTarget) -> String {
    let advice = advice.map { $0.paragraph(after: "  try: ", for: target) } ?? ""
    return Self.line(message, for: target) + advice
  }

  /// A message with the program's name.
  static func line(_ message: String, _ style: Style = .plain, for target: OutputTarget) -> String {
    message.paragraph(after: prefix, style, for: target)
  }

  /// The parser's message about a usage error, which has the prefix already.
  static func line(ofParser text: String, for target: OutputTarget) -> String {
    text.split(separator: "\n").map { line in
      let lead = line.hasPrefix(prefix) ? Substring(prefix) : line.prefix { $0 == " " }
      return String(line.dropFirst(lead.count)).paragraph(after: String(lead), for: target)
    }.joined()
  }
}

extension StandardError {
  static func write(_ failure: Failure) { write(failure.text(for: .standardError)) }

  /// Writes a note for a person.
  static func remark(_ message: String, _ style: Style = .plain) {
    write(Failure.line(message, style, for: .standardError))
  }
}
