import Access
import Logging

/// Writes down who has called the control endpoint, for what, from where, and what came of it: whatever
/// LOG_LEVEL says, for every call that could change something and every one that was not let in.
struct ControlAudit {
  private let logger: Logger

  init() {
    var logger = Logger(label: "audit")
    logger.logLevel = .info
    self.logger = logger
  }

  /// - Parameters:
  ///   - decision: Whether it was let in, and as whom.
  ///   - status: What it was answered with.
  func record(_ call: ControlCall, _ decision: Gate<some Any>.Decision, _ status: Int) {
    var metadata: Logger.Metadata = [
      "from": "\(call.address)", "request_id": "\(call.requestID)", "status": "\(status)",
    ]
    switch decision {
    case .waiting: return
    case .admitted(let principal):
      if call.isReading { return }
      describe(principal, &metadata)
    case .refused(.lacks(let scope, let principal)):
      describe(principal, &metadata)
      metadata["refused"] = "lacks \(scope.list)"
    case .refused(.badToken(let reason)): metadata["refused"] = "token: \(reason)"
    case .refused(.nothingShown): metadata["refused"] = "nothing shown"
    case .refused(.tooMany): metadata["refused"] = "too many tokens at once"
    }
    if !call.isReading {
      metadata["body"] = "\(String(decoding: call.body.prefix(500), as: UTF8.self))"
    }
    logger.info("\(call.method.prefix(20)) \(call.path.prefix(200))", metadata: metadata)
  }

  private func describe(_ principal: Principal, _ metadata: inout Logger.Metadata) {
    metadata["who"] = "\(principal.name.prefix(200))"
    metadata["by"] = "\(principal.proof)"
  }
}
