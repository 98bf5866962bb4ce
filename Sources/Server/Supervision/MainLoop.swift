public import Access
public import EventLoop
public import FastCGI
internal import Glibc
internal import Logging

/// The main thread of a running service: waits for signals, reloads files on SIGHUP, and keeps the socket's
/// path.
public struct MainLoop {
  public enum End: Equatable {
    case signal(Int32)
    /// The additional descriptor became readable.
    case interrupted
    /// Another process has taken over the socket.
    case replaced
  }

  /// The signals that a service waits for.
  public static let signals = [SIGTERM, SIGINT, SIGHUP]
  /// Makes new files writable by this user and readable by the group only.
  public static func restrictNewFiles() { umask(umask(0o777) | 0o027) }

  /// How often the socket's path is checked.
  private static let interval = Duration.seconds(1)

  private let listener: Listener
  private let access: AccessControl
  private let log: LogOutput
  private let logger: Logger

  /// - Parameter label: The label of log lines.
  public init(_ label: String, _ listener: Listener, _ access: AccessControl, _ log: LogOutput) {
    self.listener = listener
    self.access = access
    self.log = log
    logger = Logger(label: label)
    if let process = listener.predecessor {
      logger.notice("took over \(listener.path) from process \(process)")
    }
  }

  /// Runs until a signal or another event ends the service.
  ///
  /// - Throws: ``FastCGIError`` when this process can no longer receive connections.
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
      logger.notice("SIGHUP: reloading keys and client scopes, LOG_FILE reopened")
    } catch {
      logger.error("SIGHUP: cannot reopen LOG_FILE: \(error); keeping the previous file")
    }
  }

  private func isReplaced() throws -> Bool {
    switch try listener.keepPath() {
    case .kept: return false
    case .restored:
      logger.warning("\(listener.path) was removed; recreated it")
      return false
    case .taken(let process):
      logger.notice("process \(process ?? 0) took over \(listener.path)")
      return true
    }
  }
}
