import EventLoop
import Logging
import Service
import Signals
import Simulation
import Synchronization
import SystemPackage

/// Lets the machines run in real time, on a thread of its own, and puts what they give off into the
/// backlog, batch by batch.
final class Simulator: Sendable {
  private let plan: SharedPlan
  private let backlog: Backlog
  private let batch: Int64
  private let wakeup: Wakeup
  private let isStopping = Atomic(false)
  private let logger = Logger(label: "simulation")
  private let thread = Mutex<WorkerThread?>(nil)

  /// Starts simulating.
  init(_ plan: SharedPlan, into backlog: Backlog, batch: Duration) throws(Errno) {
    self.plan = plan
    self.backlog = backlog
    self.batch = Int64(batch / .microseconds(1))
    wakeup = try Wakeup()
    let started = try WorkerThread(name: "simulation") { [self] in run() }
    thread.withLock { $0 = started }
  }

  /// The plan has changed: heed it now.
  func planHasChanged() { wakeup.signal() }

  /// Simulates up to this moment, then ends.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    wakeup.signal()
    thread.withLock { $0 }?.join()
  }

  /// Where a run of the machines has got to.
  private struct Progress {
    /// Everything before it is in the backlog; nil while nothing runs.
    var cursor: Timestamp?
    var plan: Plan
    var machines: [Machine]
    /// As many readings as the last batch had, so that the next needs no second allocation.
    var expectedCount = 0
    var isBlocked = false

    init(_ plan: Plan) {
      self.plan = plan
      machines = Progress.machines(plan)
    }

    mutating func adopt(_ plan: Plan) {
      guard plan != self.plan else { return }
      self.plan = plan
      machines = Progress.machines(plan)
    }

    private static func machines(_ plan: Plan) -> [Machine] {
      (0..<plan.machines).map { number in
        Machine(number: Int32(number), seed: plan.seed, rates: plan.rates, faults: plan.faults)
      }
    }
  }

  private func run() {
    var clock = PlantClock(timeOfDay: .now, at: .now)
    var progress = Progress(plan.current)
    while true {
      if observe(&clock), progress.cursor != nil { progress.cursor = clock.now(.now) }
      let isLast = isStopping.load(ordering: .acquiring)
      let isRunning = plan.current.isRunning
      let now = clock.now(.now)
      if !isRunning || isLast {
        // What lies between the last batch and the stop belongs to the run that ends.
        simulate(&progress, until: now)
        progress.cursor = nil
      } else {
        advance(&progress, until: now)
      }
      if isLast { return }
      if isRunning, progress.cursor == nil { progress.cursor = now }
      pause(until: progress.cursor.map { clock.instant(of: batchEnd(after: $0)) })
    }
  }

  /// Simulates all batches that are over.
  private func advance(_ progress: inout Progress, until now: Timestamp) {
    while let cursor = progress.cursor, batchEnd(after: cursor) <= now {
      guard !backlog.isFull else {
        if !progress.isBlocked {
          logger.warning(
            "the backlog is full: the machines wait until the database takes readings again",
            metadata: ["readings": "\(backlog.size.readings)"])
        }
        progress.isBlocked = true
        progress.cursor = now
        return
      }
      if progress.isBlocked { logger.info("there is room in the backlog: the machines go on") }
      progress.isBlocked = false
      simulate(&progress, until: batchEnd(after: cursor))
    }
  }

  private func simulate(_ progress: inout Progress, until end: Timestamp) {
    guard let cursor = progress.cursor, cursor < end, !progress.isBlocked else { return }
    progress.adopt(plan.claim(until: end))
    var readings: [Reading] = []
    readings.reserveCapacity(progress.expectedCount)
    for machine in progress.machines { machine.append(from: cursor, to: end, &readings) }
    progress.expectedCount = readings.count + readings.count / 8
    progress.cursor = end
    backlog.append(readings)
  }

  /// Batches end on an even grid.
  private func batchEnd(after time: Timestamp) -> Timestamp {
    Timestamp(microseconds: (time.microseconds.floorDivided(by: batch).quotient + 1) * batch)
  }

  /// Whether time has leapt: what lies between was not lived through.
  private func observe(_ clock: inout PlantClock) -> Bool {
    switch clock.observe(timeOfDay: .now, at: .now) {
    case .none:
      return false
    case .forward(let microseconds):
      logger.warning("the time of day leapt forward by \(microseconds) us; the machines follow")
      return true
    case .back(let microseconds):
      logger.warning(
        "the time of day was set back by \(microseconds) us; the machines' time goes on evenly")
      return false
    }
  }

  private func pause(until instant: ContinuousClock.Instant?) {
    _ = try? Readiness.wait(
      for: wakeup.descriptor, .readable, until: instant ?? .now + .seconds(3600))
    wakeup.reset()
  }
}
