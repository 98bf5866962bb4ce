import EventLoop
import FastCGI
import Glibc
import Logging
import Synchronization

/// A lane on its thread, as the rest of the program sees it.
final class LaneThread: Sendable {
  private let connector: Connector
  private let wakeup: Wakeup
  private let isStopping: Flag
  private let thread: WorkerThread

  /// - Parameters:
  ///   - metrics: What this lane counts in.
  ///   - allMetrics: What it shows of all lanes.
  init(
    number: Int, listener: Listener, configuration: Configuration, metrics: LaneMetrics,
    allMetrics: AccessorMetrics
  ) throws {
    let wakeup = try Wakeup()
    let isStopping = Flag()
    let connector = try Connector(
      lane: number, parameters: configuration.database, count: configuration.connectionsPerLane,
      total: configuration.lanes * configuration.connectionsPerLane, laneWakeup: wakeup)
    thread = try WorkerThread(name: "lane \(number)") {
      do {
        let lane = try Lane(
          number: number, listener: listener, configuration: configuration, connector: connector,
          wakeup: wakeup, metrics: metrics, allMetrics: allMetrics)
        try lane.run { isStopping.isRaised }
      } catch {
        // Without its poller a lane can do nothing; whoever supervises the process starts it anew.
        Logger(label: "lane \(number)").critical("the lane failed: \(error)")
        exit(EXIT_FAILURE)
      }
    }
    self.connector = connector
    self.wakeup = wakeup
    self.isStopping = isStopping
  }

  /// Asks the lane to finish what it has accepted and to end.
  func stop() {
    isStopping.raise()
    wakeup.signal()
  }

  /// Waits for the end of the lane, then closes what it used.
  func join() {
    thread.join()
    connector.stop()
  }

  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
  }
}
