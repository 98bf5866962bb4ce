public import Access
public import EventLoop
public import FastCGI
internal import Glibc
internal import Logging

/// The lanes of a program; they share only the listening socket.
public final class LaneGroup: Sendable {
  /// A successor accepts each connection within one iteration of a lane, which is much shorter.
  private static let longestUnattended = Duration.milliseconds(200)

  public let metrics: LaneGroupMetrics
  private let listener: Listener
  private let work: WorkQueue
  private let lanes: [LaneThread]
  private let hasEnded: Wakeup

  /// Starts serving.
  ///
  /// - Parameter metrics: Created beforehand, because an endpoint of `table` may expose them.
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

  /// The loops to supervise; an idle lane still iterates once a second.
  public var watchdogParts: [Watchdog.Part] {
    metrics.lanes.enumerated().map { number, metrics in
      Watchdog.Part("lane \(number)", allowance: .seconds(3)) { metrics.iterations.value }
    }
  }

  /// Answers accepted requests, then ends.
  public func stop() {
    listener.removePath()
    for lane in lanes { lane.end(.prompt) }
    for lane in lanes { lane.join() }
    work.stop()
  }

  /// Leaves new connections to a successor and serves existing ones until the web server closes them.
  ///
  /// With an inherited socket the successor may start only after this process has ended, as with
  /// `systemctl restart`. Lingering therefore ends when incoming connections are not being accepted.
  ///
  /// - Parameter heard: The number of SIGTERM received so far; the second ends lingering.
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
