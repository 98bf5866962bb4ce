public import Access
public import EventLoop
public import FastCGI
internal import Glibc
internal import Logging

/// What the first thread of a service does while the others serve: it waits for signals, reads files again
/// on SIGHUP, and keeps the path of the socket.
public struct MainLoop {
  public enum End: Equatable {
    case signal(Int32)
    /// What the loop was given besides the signals became readable.
    case interrupted
    /// Another process has taken the socket over, as it was asked to.
    case replaced
  }

  /// Those that a service waits for.
  public static let signals = [SIGTERM, SIGINT, SIGHUP]
  /// Makes that nobody else can write what this process makes, and only its group can read it.
  public static func restrictNewFiles() { umask(umask(0o777) | 0o027) }

  /// How often the path is looked at.
  private static let interval = Duration.seconds(1)

  private let listener: Listener
  private let access: AccessControl
  private let log: LogOutput
  private let logger: Logger

  /// - Parameter label: Of the log lines.
  public init(_ label: String, _ listener: Listener, _ access: AccessControl, _ log: LogOutput) {
    self.listener = listener
    self.access = access
    self.log = log
    logger = Logger(label: label)
    if let process = listener.predecessor {
      logger.notice("took \(listener.path) over from process \(process)")
    }
  }

  /// Waits until something ends it.
  ///
  /// - Throws: ``FastCGIError`` when no connection reaches this process any more.
  public func run(until signals: borrowing SignalSource, or other: Int32? = nil) throws -> End {
    var nextLook = ContinuousClock.now + MainLoop.interval
    while true {
      switch try signals.next(or: other, until: nextLook) {
      case SIGHUP: reload()
      case let signal?: return .signal(signal)
      case nil where ContinuousClock.now < nextLook: return .interrupted
      case nil:
        nextLook = .now + MainLoop.interval
        if try isReplaced() { return .replaced }
      }
    }
  }

  private func reload() {
    access.reload()
    do {
      try log.reopen()
      logger.notice("SIGHUP: reading keys and client scopes again, LOG_FILE reopened")
    } catch {
      logger.error("SIGHUP: LOG_FILE cannot be reopened: \(error); the file before stays in use")
    }
  }

  private func isReplaced() throws -> Bool {
    switch try listener.keepPath() {
    case .kept: return false
    case .restored:
      logger.warning("\(listener.path) was gone; made it again")
      return false
    case .taken(let process):
      logger.notice("process \(process ?? 0) has taken \(listener.path) over")
      return true
    }
  }
}
