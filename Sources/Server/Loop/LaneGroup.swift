public import Access
public import EventLoop
public import FastCGI
internal import Glibc
internal import Logging

/// The lanes of a program, which share nothing but a listening socket.
public final class LaneGroup: Sendable {
  /// A successor takes each connection within a turn of a lane, which is much shorter.
  private static let longestUnattended = Duration.milliseconds(200)

  public let metrics: LaneGroupMetrics
  private let listener: Listener
  private let work: WorkQueue
  private let lanes: [LaneThread]
  private let hasEnded: Wakeup

  /// Begins to serve.
  ///
  /// - Parameter metrics: Made before, as an endpoint of `table` may show them.
  public init(
    _ options: LaneOptions, _ table: EndpointTable, listener: Listener, access: AccessControl,
    metrics: LaneGroupMetrics
  ) throws {
    self.listener = listener
    self.metrics = metrics
    let counters = metrics.begin(
      lanes: options.lanes, resources: table.resources, workloads: options.workloads.map(\.name))
    let hasEnded = try Wakeup()
    let work = try WorkQueue()
    let reachability = Reachability()
    self.hasEnded = hasEnded
    self.work = work
    lanes = try counters.enumerated().map { number, metrics in
      try LaneThread(
        number: number, listener: listener, options: options, table: table, access: access,
        work: work, metrics: metrics, reachability: reachability, hasEnded: hasEnded)
    }
  }

  /// What is to be watched of them: a lane turns once a second even when nobody asks.
  public var watchdogParts: [Watchdog.Part] {
    metrics.lanes.enumerated().map { number, metrics in
      Watchdog.Part("lane \(number)", allowance: .seconds(3)) { metrics.turns.value }
    }
  }

  /// Answers what was accepted, then ends.
  public func stop() {
    listener.removePath()
    for lane in lanes { lane.end(.prompt) }
    for lane in lanes { lane.join() }
    work.stop()
  }

  /// Leaves new connections to whoever has taken over, and serves those that the web server keeps until
  /// it closes them.
  ///
  /// A socket that was inherited tells nothing of a successor, who may come only once we have gone, as
  /// with `systemctl restart`. So it is left as soon as nobody takes the connections that come.
  ///
  /// - Parameter heard: How many times SIGTERM has come already; the second ends it.
  public func linger(orUntil signals: borrowing SignalSource, after heard: Int) throws {
    for lane in lanes { lane.end(.lingering) }
    var heard = heard
    var unattendedSince: ContinuousClock.Instant?
    while !lanes.allSatisfy(\.hasEnded) {
      let tick = ContinuousClock.now + .milliseconds(20)
      switch try signals.next(or: hasEnded.descriptor, until: tick) {
      case SIGTERM:
        heard += 1
        if heard > 1 { return }
      case SIGINT: return
      default: break
      }
      hasEnded.reset()
      guard listener.isInherited, listener.hasWaiting else {
        unattendedSince = nil
        continue
      }
      let since = unattendedSince ?? .now
      if .now - since > LaneGroup.longestUnattended { return }
      unattendedSince = since
    }
  }
}
