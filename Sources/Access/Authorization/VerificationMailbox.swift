internal import EventLoop
internal import Synchronization

/// The channel between one gate and the verifier thread.
final class VerificationMailbox: Sendable {
  struct Outcome: Sendable {
    let token: [UInt8]
    let result: Result<TokenVerifier.Verified, TokenError>
    /// The generation of the rules that decided it.
    let generation: UInt64
  }

  /// The generation of the rules. Each gate has its own atomic, so that gates do not share a cache
  /// line.
  let generation = Atomic<UInt64>(1)
  private let rules: Mutex<Rules>
  private let outcomes = Mutex<[Outcome]>([])
  private let wakeup: Wakeup

  init(_ rules: Rules, waking wakeup: Wakeup) {
    self.rules = Mutex(rules)
    self.wakeup = wakeup
  }

  var currentRules: Rules { rules.withLock { $0 } }

  /// Replaces the rules.
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
