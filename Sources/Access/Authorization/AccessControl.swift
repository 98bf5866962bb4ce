internal import EventLoop
internal import Logging
internal import Synchronization

/// Access control for a whole service: reloads the rule files when they change, and verifies tokens on
/// its own thread, so that no serving thread waits for a signature check.
///
/// Each serving thread has a ``Authorizer``.
public final class AccessControl: Sendable {
  /// Every token rejection is sent this long after the token arrived, so that timing reveals nothing
  /// about its cause.
  static let rejectionDelay = Duration.milliseconds(10)
  /// How often the rule files are checked for changes.
  static let interval = Duration.seconds(1)

  struct Job: Sendable {
    let token: [UInt8]
    let came: ContinuousClock.Instant
    let mailbox: VerificationMailbox
  }

  private struct State {
    var jobs: [Job] = []
    var mailboxes: [VerificationMailbox] = []
    var rules: Rules
    var generation: UInt64 = 1
    var isReloadDue = false
    var isStopping = false
  }

  public let settings: AccessSettings
  private let state: Mutex<State>
  private let wakeup: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)
  private let heartbeat = Atomic<UInt64>(0)

  /// Reads the rules and starts watching them.
  ///
  /// - Throws: ``InvalidRules`` for an unusable file, or an `Errno`.
  public init(_ settings: AccessSettings) throws {
    let files = try RuleFiles(settings)
    self.settings = settings
    state = Mutex(State(rules: files.rules))
    wakeup = try Wakeup()
    let started = try WorkerThread(name: "access") { [self] in run(files) }
    thread.withLock { $0 = started }
  }

  /// Iterations of the thread's loop, at least one a second.
  public var iterations: UInt64 { heartbeat.load(ordering: .relaxed) }

  /// Checks the rule files now.
  public func reload() {
    state.withLock { $0.isReloadDue = true }
    wakeup.signal()
  }

  /// Stops the thread; no more tokens are verified.
  public func stop() {
    state.withLock { $0.isStopping = true }
    wakeup.signal()
    thread.withLock { $0 }?.join()
  }

  /// A mailbox for one thread; `wakeup` is signalled when there are outcomes or new rules.
  func makeMailbox(waking wakeup: Wakeup) -> VerificationMailbox {
    state.withLock { state in
      let mailbox = VerificationMailbox(state.rules, waking: wakeup)
      mailbox.generation.store(state.generation, ordering: .releasing)
      state.mailboxes.append(mailbox)
      return mailbox
    }
  }

  func submit(_ job: Job) {
    state.withLock { $0.jobs.append(job) }
    wakeup.signal()
  }

  private func run(_ files: RuleFiles) {
    var files = files
    var (rules, generation) = state.withLock { ($0.rules, $0.generation) }
    var rejections = DelayedRejections()
    var nextReload = ContinuousClock.now + AccessControl.interval
    while true {
      heartbeat.wrappingAdd(1, ordering: .relaxed)
      wakeup.reset()
      let isDue = state.withLock { state in
        defer { state.isReloadDue = false }
        return state.isReloadDue
      }
      if isDue || ContinuousClock.now >= nextReload {
        nextReload = .now + AccessControl.interval
        if files.refresh() {
          rules = files.rules
          generation += 1
          announce(rules, generation)
        }
      }
      let (jobs, isStopping) = state.withLock { state in
        defer { state.jobs = [] }
        return (state.jobs, state.isStopping)
      }
      if isStopping { return }
      let verifier = TokenVerifier(
        keys: rules.keys, issuer: settings.issuer, audience: settings.audience)
      for job in jobs {
        let outcome = AccessControl.outcome(of: job, verifier, generation)
        if case .failure = outcome.result {
          rejections.hold(outcome, for: job.mailbox, until: job.came + AccessControl.rejectionDelay)
        } else {
          job.mailbox.deliver(outcome)
        }
        rejections.deliver(at: .now)
      }
      rejections.deliver(at: .now)
      let deadline = min(nextReload, rejections.nextDue ?? nextReload)
      _ = try? Readiness.wait(for: wakeup.descriptor, .readable, until: deadline)
    }
  }

  private func announce(_ rules: Rules, _ generation: UInt64) {
    state.withLock { state in
      state.rules = rules
      state.generation = generation
      for mailbox in state.mailboxes { mailbox.change(to: rules, generation: generation) }
    }
  }

  private static func outcome(of job: Job, _ verifier: TokenVerifier, _ generation: UInt64)
    -> VerificationMailbox.Outcome
  {
    do throws(TokenError) {
      let verified = try verifier.verify(job.token, at: Validity.now)
      return VerificationMailbox.Outcome(
        token: job.token, result: .success(verified), generation: generation)
    } catch {
      return VerificationMailbox.Outcome(
        token: job.token, result: .failure(error), generation: generation)
    }
  }
}

/// Rejections held until they are due, in order of arrival.
struct DelayedRejections {
  private var held:
    [(
      due: ContinuousClock.Instant, outcome: VerificationMailbox.Outcome,
      mailbox: VerificationMailbox
    )] = []
  private var first = 0

  var nextDue: ContinuousClock.Instant? { first < held.count ? held[first].due : nil }

  mutating func hold(
    _ outcome: VerificationMailbox.Outcome, for mailbox: VerificationMailbox,
    until due: ContinuousClock.Instant
  ) {
    held.append((due, outcome, mailbox))
  }

  mutating func deliver(at now: ContinuousClock.Instant) {
    while first < held.count, held[first].due <= now {
      held[first].mailbox.deliver(held[first].outcome)
      first += 1
    }
    if first == held.count {
      held.removeAll(keepingCapacity: true)
      first = 0
    }
  }
}
