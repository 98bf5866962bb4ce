import FastCGI
import Server
import Signals
import Simulation
import Spool
import Time

/// The machines and the path of their readings, as controlled through the API.
struct ProducerController: Sendable {
  let timeline: SharedTimeline
  let simulator: Simulator
  let shipper: Shipper
  let spool: Spool
  let startedAt = Timestamp.now

  /// Changes the plan with immediate effect.
  ///
  /// - Parameter change: Receives the plan and the time from which it applies.
  func change(_ change: (inout Plan, Timestamp) throws -> Void) throws {
    try timeline.change(change)
    simulator.wake()
  }

  /// The state of the simulation.
  enum State: String, CaseIterable {
    case running
    case stopped
    /// Waiting for room in the spool.
    case blocked
  }

  var state: State {
    if !timeline.current.isRunning { return .stopped }
    return simulator.blockedReason == nil ? .running : .blocked
  }

  /// How far simulated time is ahead of the clock, here or at the database, in microseconds.
  var lead: Int64 {
    let now = Timestamp.now
    return ClockLead.of(spool.status.frontier, now, shipper.status.databaseTime(at: .now) ?? now)
  }
}
