internal import Access
internal import FastCGI
internal import Logging

/// Writes down who has called, for what, from where, and what came of it: whatever LOG_LEVEL says, for
/// every call that could change something and every one that was not let in.
struct Audit: Sendable {
  private let logger: Logger

  init() {
    var logger = Logger(label: "audit")
    logger.logLevel = .info
    self.logger = logger
  }

  /// - Parameter status: What the call was answered with.
  func record(_ entry: AuditEntry, _ status: Int) {
    guard entry.isRecorded else { return }
    var metadata = entry.metadata
    metadata["status"] = "\(status)"
    logger.info("\(entry.method)", metadata: metadata)
  }
}

/// What is written down of a call.
struct AuditEntry: Sendable {
  let method: String
  private(set) var metadata: Logger.Metadata
  private var isRefused = false

  init(_ request: borrowing Request) {
    method = request.parameter("REQUEST_METHOD") ?? ""
    metadata = [
      "from": "\(request.parameter("REMOTE_ADDR") ?? "?")",
      "request_id": "\(request.parameter("REQUEST_ID") ?? "?")",
      "path": "\(request.parameter("DOCUMENT_URI") ?? "")",
    ]
    if !isReading, let body = try? request.body, !body.isEmpty {
      metadata["body_bytes"] = "\(body.count)"
      let shown = body.drop { $0 <= 0x20 }.prefix(1024)
      metadata["body"] = "\(String(decoding: shown, as: UTF8.self))"
    }
  }

  private var isReading: Bool { method == "GET" || method == "HEAD" }

  /// Whether it is of interest: it could change something, or was refused.
  var isRecorded: Bool { isRefused || !isReading }

  /// It was let in.
  mutating func admit(_ principal: Principal) { describe(principal) }

  /// Its body was understood: what it asks for stands in the body's place.
  mutating func understand(_ change: String) {
    metadata["body"] = nil
    metadata["body_bytes"] = nil
    metadata["change"] = "\(change)"
  }

  /// It was not let in.
  mutating func refuse(_ denial: Denial) {
    isRefused = true
    switch denial {
    case .lacks(let scope, let principal):
      describe(principal)
      metadata["refused"] = "lacks \(scope.list)"
    case .badToken(let reason): metadata["refused"] = "token: \(reason)"
    case .nothingShown: metadata["refused"] = "nothing shown"
    case .tooMany: metadata["refused"] = "too many tokens at once"
    }
  }

  private mutating func describe(_ principal: Principal) {
    metadata["who"] = "\(principal.name)"
    metadata["by"] = "\(principal.proof)"
  }
}
