import Access
import EventLoop
import FastCGI
import Glibc
import Logging
import Service
import Synchronization

/// A lane on its thread, as the rest of the program sees it.
final class LaneThread: Sendable {
  private let connector: Connector
  private let wakeup: Wakeup
  private let ending: SharedEnding
  private let thread: WorkerThread

  /// - Parameters:
  ///   - watch: Of all lanes.
  ///   - metrics: What this lane counts in.
  ///   - allMetrics: What it shows of all lanes.
  ///   - reachability: What is known of the database in all lanes.
  ///   - hasEnded: Signalled when the lane has.
  init(
    number: Int, listener: Listener, configuration: Configuration, access: AccessControl,
    watch: PrimaryWatch, metrics: LaneMetrics, allMetrics: AccessorMetrics,
    reachability: Reachability,
    hasEnded: Wakeup
  ) throws {
    let wakeup = try Wakeup()
    let ending = SharedEnding()
    let connector = try Connector(
      lane: number, watch: watch, count: configuration.connectionsPerLane,
      total: configuration.lanes * configuration.connectionsPerLane, reachability: reachability,
      laneWakeup: wakeup)
    thread = try WorkerThread(name: "lane \(number)") {
      do {
        let lane = try Lane(
          number: number, listener: listener, configuration: configuration, connector: connector,
          gate: Gate(access, waking: wakeup), wakeup: wakeup, metrics: metrics,
          allMetrics: allMetrics)
        try lane.run { ending.current }
        ending.isOver.store(true, ordering: .releasing)
        hasEnded.signal()
      } catch {
        // Without its poller a lane can do nothing; whoever supervises the process starts it anew.
        Logger(label: "lane \(number)").critical("the lane failed: \(error)")
        exit(EXIT_FAILURE)
      }
    }
    self.connector = connector
    self.wakeup = wakeup
    self.ending = ending
  }

  /// Asks the lane to end; a prompter way may follow.
  func end(_ way: Lane.Ending) {
    ending.way.store(way.rawValue, ordering: .releasing)
    wakeup.signal()
  }

  var hasEnded: Bool { ending.isOver.load(ordering: .acquiring) }

  /// Waits for the end of the lane, then closes what it used.
  func join() {
    thread.join()
    connector.stop()
  }

  private final class SharedEnding: Sendable {
    let way = Atomic(Lane.Ending.none.rawValue)
    let isOver = Atomic(false)
    var current: Lane.Ending { Lane.Ending(rawValue: way.load(ordering: .acquiring)) ?? .prompt }
  }
}
