internal import EventLoop
internal import Synchronization

/// What one gate and the thread that verifies have in common.
final class Window: Sendable {
  struct Outcome: Sendable {
    let token: [UInt8]
    let result: Result<TokenVerifier.Verified, Refusal>
    /// By which rules it was decided.
    let generation: UInt64
  }

  /// Counts the rules. An atomic of the gate's own: no other thread's counter shares its cache line's owner.
  let generation = Atomic<UInt64>(1)
  private let rules: Mutex<Rules>
  private let outcomes = Mutex<[Outcome]>([])
  private let wakeup: Wakeup

  init(_ rules: Rules, waking wakeup: Wakeup) {
    self.rules = Mutex(rules)
    self.wakeup = wakeup
  }

  var currentRules: Rules { rules.withLock { $0 } }

  /// From now on these count.
  func change(to fresh: Rules, generation number: UInt64) {
    rules.withLock { $0 = fresh }
    generation.store(number, ordering: .releasing)
  }

  func deliver(_ outcome: Outcome) {
    outcomes.withLock { $0.append(outcome) }
    wakeup.signal()
  }

  func take() -> [Outcome] {
    outcomes.withLock { outcomes in
      defer { outcomes = [] }
      return outcomes
    }
  }
}
