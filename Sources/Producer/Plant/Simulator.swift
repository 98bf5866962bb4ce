import EventLoop
import Logging
import Server
import SignalStore
import Signals
import Simulation
import Spool
import Synchronization
import SystemPackage

/// Lets the machines run in real time, on a thread of its own, and puts what they give off into the
/// spool, batch by batch.
///
/// When the spool takes no more, the machines wait; their time goes on from where it stopped once
/// there is room, so nothing that they give off is left out.
final class Simulator: Sendable {
  private let timeline: SharedTimeline
  private let grid: BatchGrid
  private let spool: Spool
  /// Signalled when a batch is in the spool.
  private let arrival: Wakeup
  /// Signalled when there is something to heed: room in the spool, another plan, the end.
  private let attention: Wakeup
  private let isStopping = Atomic(false)
  private let state = Mutex(State())
  /// Counted up at each turn, so that a watchdog can tell.
  let heartbeat = Atomic<UInt64>(0)
  private let logger = Logger(label: "simulation")
  private let thread = Mutex<WorkerThread?>(nil)

  private struct State {
    var blockedReason: String?
    var failure: SpoolError?
  }

  /// Starts simulating.
  ///
  /// - Parameter ending: Signalled when the spool fails in a way that cannot be waited out.
  init(
    _ timeline: SharedTimeline, grid: BatchGrid, into spool: Spool, arrival: Wakeup, ending: Wakeup
  ) throws(Errno) {
    self.timeline = timeline
    self.grid = grid
    self.spool = spool
    self.arrival = arrival
    attention = try Wakeup()
    let started = try WorkerThread(name: "simulation") { [self] in
      run()
      if failure != nil { ending.signal() }
    }
    thread.withLock { $0 = started }
  }

  /// Why the machines wait; nil while they do not.
  var blockedReason: String? { state.withLock { $0.blockedReason } }

  /// What went wrong for good.
  var failure: SpoolError? { state.withLock { $0.failure } }

  /// The plan has changed, or there is room in the spool.
  func heed() { attention.signal() }

  /// Ends, at the edge of a batch: the next start goes on from there.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    attention.signal()
    thread.withLock { $0 }?.join()
  }

  /// Where the simulation has got to.
  private struct Progress {
    /// Everything before it is in the spool, or in `pending`.
    var cursor: Timestamp
    var fleet: Fleet
    var readings: [Reading] = []
    /// Made, and not yet in the spool.
    var pending: [Batch] = []
    var pendingBytes = 0
  }

  /// What goes into the spool with one commit, when there is much to catch up.
  private var groupBytes: Int { min(1 << 20, spool.limits.bytes / 4) }

  /// Says when the machines' time begins to be far ahead of the time of day, and when it is not any more.
  private func observeLead(_ wasAhead: inout Bool, _ now: Timestamp) {
    let lead = Lead.of(now, .now)
    guard (lead > 0) != wasAhead else { return }
    wasAhead = lead > 0
    if wasAhead {
      logger.error(
        "the machines' time is \(lead / 1_000_000) s ahead of the time of day: a clock is or was wrong, and readings get times that are to come until a new spool is begun"
      )
    } else {
      logger.notice("the time of day has come up with the machines' time")
    }
  }

  private func run() {
    var isAhead = false
    var clock = PlantClock(timeOfDay: max(.now, timeline.beginning), at: .now)
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

  /// Simulates batches that are over, up to a group of them.
  ///
  /// - Returns: Whether there is nothing more to do for now.
  private func advance(_ progress: inout Progress, until now: Timestamp) -> Bool {
    if progress.pending.isEmpty {
      // The spool may have learnt from the database that more is simulated than it knew.
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
      // A plan that was noted with batches of another length may begin within one of ours.
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

  /// Puts what was made into the spool.
  ///
  /// - Returns: Whether it is there; if not, it is kept for later.
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
        // The spool has learnt from the database that this is stored already.
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

  /// All at once or, when that is too much, as many as there is room for.
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
    if isNew { logger.error("\(error.message); the machines wait until there is room") }
  }

  private func unblock() {
    let wasBlocked = state.withLock { state in
      defer { state.blockedReason = nil }
      return state.blockedReason != nil
    }
    if wasBlocked { logger.notice("the spool takes batches again: the machines go on") }
  }

  /// Notices when the time of day has leapt: what lies between was not lived through.
  private func observe(_ clock: inout PlantClock, _ progress: Progress) {
    switch clock.observe(timeOfDay: .now, at: .now) {
    case .none: return
    case .forward(let microseconds):
      logger.warning("the time of day leapt forward by \(microseconds) us; the machines follow")
      let end = grid.start(at: clock.now(.now))
      let start = max(progress.cursor, grid.start(at: end + -microseconds))
      guard start < end else { return }
      do {
        try timeline.pause(from: start, to: end)
      } catch {
        logger.error("the leap could not be written down, so it is simulated: \(error)")
      }
    case .back(let microseconds):
      logger.warning(
        "the time of day was set back by \(microseconds) us; the machines' time goes on evenly")
    }
  }

  /// Until the next batch is over; while the machines wait, until the spool is tried again.
  private func pause(until instant: ContinuousClock.Instant?) {
    _ = try? Readiness.wait(
      for: attention.descriptor, .readable, until: instant ?? .now + .seconds(1))
    attention.reset()
  }
}
