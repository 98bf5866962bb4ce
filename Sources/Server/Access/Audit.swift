internal import Access
internal import FastCGI
internal import Logging

/// Logs the caller, address and outcome of every call that could change something and of every refused
/// call, whatever the value of LOG_LEVEL.
struct Audit: Sendable {
  private let logger: Logger

  init() {
    var logger = Logger(label: "audit")
    logger.logLevel = .info
    self.logger = logger
  }

  /// - Parameter status: The status of the answer.
  func record(_ entry: AuditEntry, _ status: Int) { record(entry, status: "\(status)") }

  /// Records a call whose work is still being done when the program ends.
  func recordUnfinished(_ entry: AuditEntry) { record(entry, status: "unfinished") }

  private func record(_ entry: AuditEntry, status: String) {
    guard entry.isRecorded else { return }
    var metadata = entry.metadata
    metadata["status"] = "\(status)"
    logger.info("\(entry.method)", metadata: metadata)
  }
}

/// The audit record of one call.
struct AuditEntry: Sendable {
  let method: String
  private(set) var metadata: Logger.Metadata
  private var isDenied = false

  init(_ request: borrowing Request) {
    method = request.parameter("REQUEST_METHOD") ?? ""
    metadata = [
      "from": "\(request.parameter("REMOTE_ADDR") ?? "?")",
      "request_id": "\(request.parameter("REQUEST_ID") ?? "?")",
      "path": "\(request.parameter("DOCUMENT_URI") ?? "")",
    ]
    if !isReading, let body = try? request.body, !body.isEmpty {
      metadata["body_bytes"] = "\(body.count)"
      guard request.parameter("HTTP_CONTENT_ENCODING") == nil else { return }
      let shown = body.drop { $0 <= 0x20 }.prefix(1024)
      metadata["body"] = "\(String(decoding: shown, as: UTF8.self))"
    }
  }

  private var isReading: Bool { method == "GET" || method == "HEAD" }

  /// Whether the call could change something, or was refused.
  var isRecorded: Bool { isDenied || !isReading }

  /// Records that the call was authorized.
  mutating func allow(_ principal: Principal) { describe(principal) }

  /// Records the decoded change in place of the raw body.
  mutating func describeChange(_ change: String) {
    metadata["body"] = nil
    metadata["body_bytes"] = nil
    metadata["change"] = "\(change)"
  }

  /// Records why the call was refused.
  mutating func deny(_ denial: AuthorizationError) {
    isDenied = true
    switch denial {
    case .insufficientScope(let scope, let principal):
      describe(principal)
      metadata["refused"] = "lacks \(scope.list)"
    case .invalidToken(let reason): metadata["refused"] = "token: \(reason)"
    case .noCredentials: metadata["refused"] = "no credentials"
    case .overloaded: metadata["refused"] = "too many tokens being verified"
    }
  }

  private mutating func describe(_ principal: Principal) {
    metadata["who"] = "\(principal.name)"
    metadata["by"] = "\(principal.proof)"
  }
}
