public import EventLoop
internal import Synchronization

/// Authorizes requests for one thread without blocking: a request with an unknown token waits until the
/// token has been verified on another thread, while others proceed.
public struct Authorizer<PendingRequest> {
  public enum Decision: Sendable {
    case authorized(Principal)
    case denied(AuthorizationError)
    /// The request is kept until ``takeDecisions()`` returns it.
    case waiting
  }

  private struct Waiting {
    let scope: Scopes
    let request: PendingRequest
  }

  private let control: AccessControl
  private let mailbox: VerificationMailbox
  private let secret: [UInt8]?
  private let anonymousReads: AccessSettings.AnonymousReads
  private let capacity: Int
  private var clients: ClientList
  private var generation: UInt64
  private var cache: TokenCache
  private var waiting: [[UInt8]: [Waiting]] = [:]
  private var waitingCount = 0

  /// - Parameters:
  ///   - wakeup: Signalled when ``takeDecisions()`` should be called.
  ///   - capacity: The maximum number of waiting requests.
  ///   - memory: The maximum number of cached tokens.
  public init(
    _ control: AccessControl, waking wakeup: Wakeup, capacity: Int = 1024, memory: Int = 1024
  ) {
    self.control = control
    self.capacity = capacity
    mailbox = control.makeMailbox(waking: wakeup)
    secret = control.settings.secret
    anonymousReads = control.settings.anonymousReads
    cache = TokenCache(capacity: memory)
    generation = mailbox.generation.load(ordering: .acquiring)
    clients = mailbox.currentRules.clients
  }

  /// Decides whether a request may do what `scope` names.
  ///
  /// The first of token, certificate and address that is present decides alone. What an address may do
  /// without credentials is allowed without looking at any.
  public mutating func authorize(
    _ credentials: borrowing some Credentials & ~Copyable, for scope: Scopes,
    _ request: @autoclosure () -> PendingRequest
  ) -> Decision {
    if scope == .readSignals, allowsAnonymous(credentials) { return .authorized(.anonymous) }
    applyNewRules()
    return credentials.withAuthorization { header in
      guard let token = CredentialParser.bearerToken(header) else {
        return decideByCertificate(credentials, scope)
      }
      if let secret, SecretBytes.areEqual(token, secret) { return .authorized(.secretHolder) }
      if let known = cache.find(token, at: Validity.now) {
        return Authorizer.decide(known.principal, scope)
      }
      guard waitingCount < capacity else { return .denied(.overloaded) }
      keep(Array(token), Waiting(scope: scope, request: request()))
      return .waiting
    }
  }

  /// Returns the requests whose tokens have been verified.
  public mutating func takeDecisions() -> [(request: PendingRequest, decision: Decision)] {
    let outcomes = mailbox.take()
    guard !outcomes.isEmpty else { return [] }
    applyNewRules()
    var decided: [(PendingRequest, Decision)] = []
    for outcome in outcomes {
      guard outcome.generation == generation else {
        // Decided by rules that have been replaced.
        submit(outcome.token)
        continue
      }
      if case .success(let verified) = outcome.result { cache.insert(outcome.token, verified) }
      let requests = waiting.removeValue(forKey: outcome.token) ?? []
      waitingCount -= requests.count
      for waiting in requests {
        switch outcome.result {
        case .success(let verified):
          decided.append((waiting.request, Authorizer.decide(verified.principal, waiting.scope)))
        case .failure(let refusal):
          decided.append((waiting.request, .denied(.invalidToken(refusal))))
        }
      }
    }
    return decided
  }

  /// Drops the waiting requests that match; their tokens are still verified.
  public mutating func remove(where isGone: (PendingRequest) -> Bool) {
    for (token, requests) in waiting {
      let left = requests.filter { !isGone($0.request) }
      waitingCount -= requests.count - left.count
      waiting[token] = left
    }
  }

  private func allowsAnonymous(_ credentials: borrowing some Credentials & ~Copyable) -> Bool {
    switch anonymousReads {
    case .everybody: true
    case .nobody: false
    case .loopback: credentials.withAddress(CredentialParser.isLoopback)
    }
  }

  private func decideByCertificate(
    _ credentials: borrowing some Credentials & ~Copyable, _ scope: Scopes
  )
    -> Decision
  {
    guard clients.count > 0, let certificate = credentials.certificate,
      let principal = clients.principal(
        subject: certificate.subject, fingerprint: certificate.fingerprint)
    else { return .denied(.noCredentials(needed: scope)) }
    return Authorizer.decide(principal, scope)
  }

  private static func decide(_ principal: Principal, _ scope: Scopes) -> Decision {
    principal.scopes.isSuperset(of: scope)
      ? .authorized(principal) : .denied(.insufficientScope(scope, principal))
  }

  private mutating func keep(_ token: [UInt8], _ request: Waiting) {
    waitingCount += 1
    if waiting[token] == nil { submit(token) }
    waiting[token, default: []].append(request)
  }

  private func submit(_ token: [UInt8]) {
    control.submit(.init(token: token, came: .now, mailbox: mailbox))
  }

  /// Applies new rules, which invalidate all cached tokens.
  private mutating func applyNewRules() {
    let current = mailbox.generation.load(ordering: .acquiring)
    guard current != generation else { return }
    generation = current
    clients = mailbox.currentRules.clients
    cache.removeAll()
  }
}

extension Principal {
  /// A client without credentials.
  public static let anonymous = Principal(name: "anybody", proof: .address, scopes: .readSignals)
  /// A client that presented the shared secret.
  static let secretHolder = Principal(name: "", proof: .secret, scopes: .all)
}
