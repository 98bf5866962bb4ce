internal import EventLoop
internal import FastCGI
internal import Synchronization
internal import SystemPackage

/// A thread for blocking work of all lanes, such as disk I/O; runs one job at a time.
final class WorkQueue: Sendable {
  /// The result of a job.
  struct Outcome: Sendable {
    let exchange: Responder.Exchange
    let result: Result<RenderedResponse, Problem>
    /// The requested change, if the body was parsed.
    let change: String?
  }

  /// The completed work of one lane.
  final class Mailbox: Sendable {
    private let outcomes = Mutex<[Outcome]>([])
    private let wakeup: Wakeup

    init(waking wakeup: Wakeup) { self.wakeup = wakeup }

    func take() -> [Outcome] {
      outcomes.withLock { outcomes in
        defer { outcomes = [] }
        return outcomes
      }
    }

    fileprivate func deliver(_ outcome: Outcome) {
      outcomes.withLock { $0.append(outcome) }
      wakeup.signal()
    }
  }

  private struct Job: Sendable {
    let work: Action.Work
    let exchange: Responder.Exchange
    let mailbox: Mailbox
  }

  private struct State {
    var jobs: [Job] = []
    var isStopping = false
  }

  private let capacity: Int
  private let state = Mutex(State())
  private let wakeup: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)

  /// - Parameter capacity: The number of calls that may wait.
  init(capacity: Int = 256) throws(Errno) {
    self.capacity = capacity
    wakeup = try Wakeup()
    let started = try WorkerThread(name: "work") { [self] in run() }
    thread.withLock { $0 = started }
  }

  /// Queues work; false when the queue is full.
  func add(_ work: @escaping Action.Work, from exchange: Responder.Exchange, to mailbox: Mailbox)
    -> Bool
  {
    let isTaken = state.withLock { state in
      guard state.jobs.count < capacity else { return false }
      state.jobs.append(Job(work: work, exchange: exchange, mailbox: mailbox))
      return true
    }
    if isTaken { wakeup.signal() }
    return isTaken
  }

  /// Finishes queued work, then ends.
  func stop() {
    state.withLock { $0.isStopping = true }
    wakeup.signal()
    thread.withLock { $0 }?.join()
  }

  private func run() {
    while true {
      wakeup.reset()
      let (jobs, isStopping) = state.withLock { state in
        defer { state.jobs = [] }
        return (state.jobs, state.isStopping)
      }
      for job in jobs {
        let result: Result<RenderedResponse, Problem>
        var change: String?
        do throws(Problem) {
          result = .success(try job.work(&change))
        } catch {
          result = .failure(error)
        }
        job.mailbox.deliver(Outcome(exchange: job.exchange, result: result, change: change))
      }
      if isStopping && jobs.isEmpty { return }
      if jobs.isEmpty {
        _ = try? Readiness.wait(for: wakeup.descriptor, .readable, until: .now + .seconds(3600))
      }
    }
  }
}
