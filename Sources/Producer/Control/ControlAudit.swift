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
  ///   - change: What it asked for, as it was understood; nil when it was not.
  func record(
    _ call: ControlCall, _ decision: Gate<some Any>.Decision, _ status: Int, change: String?
  ) {
    var metadata: Logger.Metadata = [
      "from": "\(call.address)", "request_id": "\(call.requestID)", "status": "\(status)",
      "path": "\(call.path)",
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
    if let change {
      metadata["change"] = "\(change)"
    } else if !call.isReading, !call.body.isEmpty {
      metadata["body_bytes"] = "\(call.body.count)"
      let body = call.body.drop { $0 <= 0x20 }.prefix(1024)
      metadata["body"] = "\(String(decoding: body, as: UTF8.self))"
    }
    logger.info("\(call.method)", metadata: metadata)
  }

  private func describe(_ principal: Principal, _ metadata: inout Logger.Metadata) {
    metadata["who"] = "\(principal.name)"
    metadata["by"] = "\(principal.proof)"
  }
}
