internal import EventLoop
internal import Logging
public import SystemPackage

/// Sends keep-alives and the status to the service manager, on its own thread, as long as every loop of
/// the program responds. A hung loop thus gets the process restarted.
public final class Watchdog: Sendable {
  /// A loop with an iteration counter.
  public struct Part: Sendable {
    let name: String
    let allowance: Duration
    let iterations: @Sendable () -> UInt64

    /// - Parameter allowance: The time limit of one iteration.
    public init(
      _ name: String, allowance: Duration, iterations: @escaping @Sendable () -> UInt64
    ) {
      self.name = name
      self.allowance = allowance
      self.iterations = iterations
    }
  }

  /// How often the status is updated when the watchdog interval is not shorter.
  private static let statusInterval = Duration.seconds(5)

  private let wakeup: Wakeup
  private let thread: WorkerThread?

  /// Starts at once.
  ///
  /// - Parameter status: A one-line status, sent on change.
  public init(
    _ manager: ServiceManager, _ parts: [Part], status: @escaping @Sendable () -> String
  ) throws(Errno) {
    let wakeup = try Wakeup()
    self.wakeup = wakeup
    guard manager.isListening else {
      thread = nil
      return
    }
    thread = try WorkerThread(name: "watchdog") {
      Watchdog.run(manager, parts, status, until: wakeup.descriptor)
    }
  }

  deinit { stop() }

  /// Stops sending.
  public func stop() {
    wakeup.signal()
    thread?.join()
  }

  private static func run(
    _ manager: ServiceManager, _ parts: [Part], _ status: () -> String, until stopped: Int32
  ) {
    let logger = Logger(label: "watchdog")
    // Twice per timeout, as systemd recommends.
    let interval = min(statusInterval, (manager.watchdogTimeout ?? statusInterval * 2) / 2)
    var liveness = Liveness(allowances: parts.map(\.allowance), at: ContinuousClock.now)
    var stuck: [Int] = []
    var told = ""
    repeat {
      let before = stuck
      stuck = liveness.stuck(iterations: parts.map { $0.iterations() }, at: .now)
      if stuck.isEmpty { manager.notify(.alive) }
      let text = stuck.isEmpty ? status() : "not responding: \(names(stuck, parts))"
      if text != told { manager.notify(.status(text)) }
      told = text
      if stuck != before {
        let message =
          stuck.isEmpty ? "all loops respond again" : "not responding: \(names(stuck, parts))"
        logger.critical("\(message)")
      }
    } while (try? Readiness.wait(for: stopped, .readable, until: .now + interval)) == .timedOut
  }

  private static func names(_ indices: [Int], _ parts: [Part]) -> String {
    indices.map { parts[$0].name }.joined(separator: ", ")
  }
}
