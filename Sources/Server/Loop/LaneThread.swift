internal import Access
internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Logging
internal import Synchronization

/// A lane's thread, as seen by the rest of the program.
final class LaneThread: Sendable {
  private let connectors: [Connector]
  private let wakeup: Wakeup
  private let ending: SharedEnding
  private let thread: WorkerThread

  /// - Parameters:
  ///   - reachability: What the lanes share about the database.
  ///   - hasEnded: Signalled when the lane has ended.
  init(
    number: Int, listener: Listener, options: LaneOptions, table: EndpointTable,
    access: AccessControl, work: WorkQueue, metrics: LaneMetrics, reachability: Reachability,
    hasEnded: Wakeup
  ) throws {
    let wakeup = try Wakeup()
    let ending = SharedEnding()
    let total = options.lanes * options.workloads.reduce(0) { $0 + $1.sessions }
    let connectors = try options.database.map { watch in
      try options.workloads.map { workload in
        try Connector(
          lane: number, workload, of: watch, total: total, reachability: reachability,
          laneWakeup: wakeup)
      }
    }
    thread = try WorkerThread(name: "lane \(number)") {
      do {
        let lane = try Lane(
          number: number, listener: listener, options: options, table: table,
          connectors: connectors ?? [], authorizer: Authorizer(access, waking: wakeup), work: work,
          wakeup: wakeup,
          metrics: metrics)
        try lane.run { ending.current }
        ending.isOver.store(true, ordering: .releasing)
        hasEnded.signal()
      } catch {
        // A lane cannot work without its poller; the supervisor restarts the process.
        Logger(label: "lane \(number)").critical("lane failed: \(error)")
        exit(EXIT_FAILURE)
      }
    }
    self.connectors = connectors ?? []
    self.wakeup = wakeup
    self.ending = ending
  }

  /// Requests the lane to end; a more urgent request may follow.
  func end(_ way: Lane.Ending) {
    ending.way.store(way.rawValue, ordering: .releasing)
    wakeup.signal()
  }

  var hasEnded: Bool { ending.isOver.load(ordering: .acquiring) }

  /// Waits for the lane to end, then closes its resources.
  func join() {
    thread.join()
    for connector in connectors { connector.stop() }
  }

  private final class SharedEnding: Sendable {
    let way = Atomic(Lane.Ending.none.rawValue)
    let isOver = Atomic(false)
    var current: Lane.Ending { Lane.Ending(rawValue: way.load(ordering: .acquiring)) ?? .prompt }
  }
}
