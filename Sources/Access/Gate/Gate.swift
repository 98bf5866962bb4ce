public import EventLoop
internal import Synchronization

/// Authorizes requests for one thread without blocking: a request with an unknown token waits until the
/// token has been verified on another thread, while others proceed.
public struct Gate<Visitor> {
  public enum Decision: Sendable {
    case admitted(Principal)
    case refused(Denial)
    /// The request is kept until ``settle()`` returns it.
    case waiting
  }

  private struct Waiting {
    let scope: Scopes
    let visitor: Visitor
  }

  private let control: AccessControl
  private let window: Window
  private let secret: [UInt8]?
  private let openReading: AccessSettings.OpenReading
  private let capacity: Int
  private var clients: ClientList
  private var generation: UInt64
  private var remembered: RememberedTokens
  private var waiting: [[UInt8]: [Waiting]] = [:]
  private var waitingCount = 0

  /// - Parameters:
  ///   - wakeup: Signalled when ``settle()`` should be called.
  ///   - capacity: The maximum number of waiting requests.
  ///   - memory: The maximum number of cached tokens.
  public init(
    _ control: AccessControl, waking wakeup: Wakeup, capacity: Int = 1024, memory: Int = 1024
  ) {
    self.control = control
    self.capacity = capacity
    window = control.makeWindow(waking: wakeup)
    secret = control.settings.secret
    openReading = control.settings.openReading
    remembered = RememberedTokens(capacity: memory)
    generation = window.generation.load(ordering: .acquiring)
    clients = window.currentRules.clients
  }

  /// Decides whether a request may do what `scope` names.
  ///
  /// The first of token, certificate and address that is present decides alone. What an address may do
  /// without credentials is allowed without looking at any.
  public mutating func admit(
    _ shown: borrowing some Credentials & ~Copyable, for scope: Scopes,
    _ visitor: @autoclosure () -> Visitor
  ) -> Decision {
    if scope == .readSignals, isOpen(shown) { return .admitted(.anonymous) }
    catchUp()
    return shown.withAuthorization { header in
      guard let token = Shown.bearerToken(header) else { return judgeCertificate(shown, scope) }
      if let secret, SecretBytes.areEqual(token, secret) { return .admitted(.keeper) }
      if let known = remembered.find(token, at: Validity.now) {
        return Gate.judge(known.principal, scope)
      }
      guard waitingCount < capacity else { return .refused(.tooMany) }
      keep(Array(token), Waiting(scope: scope, visitor: visitor()))
      return .waiting
    }
  }

  /// Returns the requests whose tokens have been verified.
  public mutating func settle() -> [(visitor: Visitor, decision: Decision)] {
    let outcomes = window.take()
    guard !outcomes.isEmpty else { return [] }
    catchUp()
    var settled: [(Visitor, Decision)] = []
    for outcome in outcomes {
      guard outcome.generation == generation else {
        // Decided by rules that have been replaced.
        submit(outcome.token)
        continue
      }
      if case .success(let verified) = outcome.result { remembered.insert(outcome.token, verified) }
      let visitors = waiting.removeValue(forKey: outcome.token) ?? []
      waitingCount -= visitors.count
      for waiting in visitors {
        switch outcome.result {
        case .success(let verified):
          settled.append((waiting.visitor, Gate.judge(verified.principal, waiting.scope)))
        case .failure(let refusal):
          settled.append((waiting.visitor, .refused(.badToken(refusal))))
        }
      }
    }
    return settled
  }

  /// Drops the waiting requests that match; their tokens are still verified.
  public mutating func remove(where isGone: (Visitor) -> Bool) {
    for (token, visitors) in waiting {
      let left = visitors.filter { !isGone($0.visitor) }
      waitingCount -= visitors.count - left.count
      waiting[token] = left
    }
  }

  private func isOpen(_ shown: borrowing some Credentials & ~Copyable) -> Bool {
    switch openReading {
    case .everybody: true
    case .nobody: false
    case .loopback: shown.withAddress(Shown.isLoopback)
    }
  }

  private func judgeCertificate(_ shown: borrowing some Credentials & ~Copyable, _ scope: Scopes)
    -> Decision
  {
    guard clients.count > 0, let certificate = shown.certificate,
      let principal = clients.principal(
        subject: certificate.subject, fingerprint: certificate.fingerprint)
    else { return .refused(.nothingShown(needed: scope)) }
    return Gate.judge(principal, scope)
  }

  private static func judge(_ principal: Principal, _ scope: Scopes) -> Decision {
    principal.scopes.isSuperset(of: scope)
      ? .admitted(principal) : .refused(.lacks(scope, principal))
  }

  private mutating func keep(_ token: [UInt8], _ visitor: Waiting) {
    waitingCount += 1
    if waiting[token] == nil { submit(token) }
    waiting[token, default: []].append(visitor)
  }

  private func submit(_ token: [UInt8]) {
    control.submit(.init(token: token, came: .now, window: window))
  }

  /// Applies new rules, which invalidate all cached tokens.
  private mutating func catchUp() {
    let current = window.generation.load(ordering: .acquiring)
    guard current != generation else { return }
    generation = current
    clients = window.currentRules.clients
    remembered.removeAll()
  }
}

extension Principal {
  /// A client without credentials.
  public static let anonymous = Principal(name: "anybody", proof: .address, scopes: .readSignals)
  /// A client that presented the shared secret.
  static let keeper = Principal(name: "", proof: .secret, scopes: .all)
}
