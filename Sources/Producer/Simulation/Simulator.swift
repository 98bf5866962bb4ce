import EventLoop
import Logging
import Server
import SignalStore
import Signals
import Simulation
import Spool
import Synchronization
import SystemPackage
import Time

/// Runs the machines in real time, on its own thread, and puts their readings into the spool, batch by
/// batch.
///
/// When the spool is full, the simulation pauses; simulated time resumes where it stopped once there is
/// room, so no readings are lost.
final class Simulator: Sendable {
  private let timeline: SharedTimeline
  private let grid: BatchGrid
  private let spool: Spool
  /// Signalled when a batch is in the spool.
  private let arrival: Wakeup
  /// Signalled when there is room in the spool, the plan has changed, or the simulator stops.
  private let wakeup: Wakeup
  private let isStopping = Atomic(false)
  private let state = Mutex(State())
  /// Incremented on every iteration, for the watchdog.
  let heartbeat = Atomic<UInt64>(0)
  private let logger = Logger(label: "simulation")
  private let thread = Mutex<WorkerThread?>(nil)

  private struct State {
    var blockedReason: String?
    var failure: SpoolError?
  }

  /// Starts simulating.
  ///
  /// - Parameter ending: Signalled when the spool fails permanently.
  init(
    _ timeline: SharedTimeline, grid: BatchGrid, into spool: Spool, arrival: Wakeup, ending: Wakeup
  ) throws(Errno) {
    self.timeline = timeline
    self.grid = grid
    self.spool = spool
    self.arrival = arrival
    wakeup = try Wakeup()
    let started = try WorkerThread(name: "simulation") { [self] in
      run()
      if failure != nil { ending.signal() }
    }
    thread.withLock { $0 = started }
  }

  /// Why the simulation is paused; nil while it is not.
  var blockedReason: String? { state.withLock { $0.blockedReason } }

  /// The error that ended the simulation.
  var failure: SpoolError? { state.withLock { $0.failure } }

  /// Notifies the simulator of a changed plan or of room in the spool.
  func wake() { wakeup.signal() }

  /// Stops at a batch boundary, where the next start resumes.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    wakeup.signal()
    thread.withLock { $0 }?.join()
  }

  /// The position of the simulation.
  private struct Progress {
    /// Everything before it is in the spool or in `pending`.
    var cursor: Timestamp
    var fleet: Fleet
    var readings: [Reading] = []
    /// Batches not yet in the spool.
    var pending: [Batch] = []
    var pendingBytes = 0
  }

  /// The size of a commit to the spool while catching up.
  private var groupBytes: Int { min(1 << 20, spool.limits.bytes / 4) }

  /// Logs when simulated time gets far ahead of the clock, and when it no longer is.
  private func observeLead(_ wasAhead: inout Bool, _ now: Timestamp) {
    let lead = ClockLead.of(now, .now)
    guard (lead > 0) != wasAhead else { return }
    wasAhead = lead > 0
    if wasAhead {
      logger.error(
        "simulated time is \(lead / 1_000_000) s ahead of the clock: a clock is or was wrong; readings get future timestamps until a new spool is started"
      )
    } else {
      logger.notice("the clock has caught up with simulated time")
    }
  }

  private func run() {
    var isAhead = false
    var clock = SimulationClock(timeOfDay: max(.now, timeline.beginning), at: .now)
    var progress = Progress(cursor: timeline.beginning, fleet: Fleet(timeline.current))
    while !isStopping.load(ordering: .acquiring), failure == nil {
      heartbeat.wrappingAdd(1, ordering: .relaxed)
      observe(&clock, progress)
      let now = clock.now(.now)
      observeLead(&isAhead, now)
      let isDone = advance(&progress, until: now)
      guard isDone else { continue }
      pause(until: blockedReason == nil ? clock.instant(of: grid.end(after: now)) : nil)
    }
  }

  /// Simulates completed batches, up to a group of them.
  ///
  /// - Returns: Whether there is nothing left to do for now.
  private func advance(_ progress: inout Progress, until now: Timestamp) -> Bool {
    if progress.pending.isEmpty {
      // The spool may have learned from the database that more was simulated than it knew.
      if let frontier = spool.status.frontier { progress.cursor = max(progress.cursor, frontier) }
      fill(&progress, until: now)
    }
    guard flush(&progress) else { return true }
    return grid.end(after: progress.cursor) > now
  }

  private func fill(_ progress: inout Progress, until now: Timestamp) {
    while case let end = grid.end(after: progress.cursor), end <= now,
      progress.pendingBytes < groupBytes
    {
      let segment = timeline.claim(
        progress.cursor, now: now, keeping: progress.pending.first?.since)
      guard segment.plan.isRunning else {
        progress.cursor = segment.until
        continue
      }
      if segment.plan != progress.fleet.plan { progress.fleet = Fleet(segment.plan) }
      // A plan recorded with another batch length may begin within a batch.
      let end = min(end, segment.until)
      progress.readings.removeAll(keepingCapacity: true)
      progress.fleet.append(from: progress.cursor, to: end, &progress.readings)
      if !progress.readings.isEmpty {
        let rows = ReadingRows(progress.readings).bytes
        progress.pending.append(
          Batch(
            sequence: 0, since: progress.cursor, through: end, count: progress.readings.count,
            rows: rows))
        progress.pendingBytes += rows.count
      }
      progress.cursor = end
    }
  }

  /// Puts pending batches into the spool.
  ///
  /// - Returns: Whether they are in the spool; otherwise they are kept for later.
  private func flush(_ progress: inout Progress) -> Bool {
    do throws(SpoolError) {
      if progress.pending.isEmpty {
        try spool.tidy()
      } else {
        try append(&progress.pending)
      }
      progress.pending.removeAll()
      progress.pendingBytes = 0
      unblock()
      return true
    } catch {
      switch error.kind {
      case .full, .unwritable: block(error)
      case .outOfOrder:
        // The spool has learned from the database that these batches are stored.
        progress.pending.removeAll()
        progress.pendingBytes = 0
        progress.cursor = spool.status.frontier ?? progress.cursor
      case .damaged, .inUse, .unusable:
        logger.critical("\(error)")
        state.withLock { $0.failure = error }
      }
      return false
    }
  }

  /// Appends all batches in one commit or, when that is too much, as many as fit.
  private func append(_ batches: inout [Batch]) throws(SpoolError) {
    do {
      try spool.append(batches)
      arrival.signal()
      batches.removeAll()
    } catch {
      guard error.kind == .full, batches.count > 1 else { throw error }
      while let first = batches.first {
        try spool.append([first])
        arrival.signal()
        batches.removeFirst()
      }
    }
  }

  private func block(_ error: SpoolError) {
    let isNew = state.withLock { state in
      defer { state.blockedReason = error.message }
      return state.blockedReason == nil
    }
    if isNew { logger.error("\(error.message); simulation paused until there is room") }
  }

  private func unblock() {
    let wasBlocked = state.withLock { state in
      defer { state.blockedReason = nil }
      return state.blockedReason != nil
    }
    if wasBlocked { logger.notice("the spool has room; simulation resumed") }
  }

  /// Handles steps of the system clock; the time skipped by a step forward is not simulated.
  private func observe(_ clock: inout SimulationClock, _ progress: Progress) {
    switch clock.observe(timeOfDay: .now, at: .now) {
    case .none: return
    case .forward(let microseconds):
      logger.warning("the clock was set forward by \(microseconds) us; simulated time follows")
      let end = grid.start(at: clock.now(.now))
      let start = max(progress.cursor, grid.start(at: end + -microseconds))
      guard start < end else { return }
      do {
        try timeline.pause(from: start, to: end)
      } catch {
        logger.error("cannot record the clock step, simulating the skipped time: \(error)")
      }
    case .back(let microseconds):
      logger.warning(
        "the clock was set back by \(microseconds) us; simulated time continues steadily")
    }
  }

  /// Waits for the end of the current batch or, while paused, for the next attempt.
  private func pause(until instant: ContinuousClock.Instant?) {
    _ = try? Readiness.wait(
      for: wakeup.descriptor, .readable, until: instant ?? .now + .seconds(1))
    wakeup.reset()
  }
}
