internal import EventLoop
internal import Logging
public import SystemPackage

/// Tells the service manager at regular intervals that the program is alive, and how it is, on a thread
/// of its own: but only as long as every part of the program turns. One that is stuck so brings about
/// what the service manager does to the dead.
public final class Watchdog: Sendable {
  /// A loop that counts its turns.
  public struct Part: Sendable {
    let name: String
    let allowance: Duration
    let turns: @Sendable () -> UInt64

    /// - Parameter allowance: How long one turn may take.
    public init(
      _ name: String, allowance: Duration, turns: @escaping @Sendable () -> UInt64
    ) {
      self.name = name
      self.allowance = allowance
      self.turns = turns
    }
  }

  /// How often the status is looked at when no watchdog asks for more.
  private static let statusInterval = Duration.seconds(5)

  private let wakeup: Wakeup
  private let thread: WorkerThread?

  /// Begins at once.
  ///
  /// - Parameter status: A line for people, told when it has changed.
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

  /// Says nothing more.
  public func stop() {
    wakeup.signal()
    thread?.join()
  }

  private static func run(
    _ manager: ServiceManager, _ parts: [Part], _ status: () -> String, until stopped: Int32
  ) {
    let logger = Logger(label: "watchdog")
    // Twice in the time after which we are taken for dead, as systemd recommends.
    let interval = min(statusInterval, (manager.watchdogTimeout ?? statusInterval * 2) / 2)
    var liveness = Liveness(allowances: parts.map(\.allowance), at: ContinuousClock.now)
    var stuck: [Int] = []
    var told = ""
    repeat {
      let before = stuck
      stuck = liveness.stuck(turns: parts.map { $0.turns() }, at: .now)
      if stuck.isEmpty { manager.notify(.alive) }
      let text = stuck.isEmpty ? status() : "stuck: \(names(stuck, parts))"
      if text != told { manager.notify(.status(text)) }
      told = text
      if stuck != before {
        let message = stuck.isEmpty ? "all parts turn again" : "\(names(stuck, parts)): stuck"
        logger.critical("\(message)")
      }
    } while (try? Readiness.wait(for: stopped, .readable, until: .now + interval)) == .timedOut
  }

  private static func names(_ indices: [Int], _ parts: [Part]) -> String {
    indices.map { parts[$0].name }.joined(separator: ", ")
  }
}
