internal import Access
internal import FastCGI
internal import Logging

/// The life of a request in a lane: routed, authorized, handled, answered.
extension Lane {
  func receive(_ request: borrowing Request, _ exchange: Responder.Exchange) {
    let now = ContinuousClock.now
    if let known = targets.find(request) {
      let route = known.route
      let pending = Pending(
        exchange: exchange, route: route, resource: route.resource, since: now)
      return proceed(
        PendingAuthorization(pending: pending, purpose: .ask(known.query)), request,
        for: route.scope)
    }
    let pending: Pending
    let purpose: PendingAuthorization.Purpose
    let scope: Scopes?
    switch table.find(request) {
    case .found(let route, let variables):
      pending = Pending(exchange: exchange, route: route, resource: route.resource, since: now)
      purpose = .call(Call(route, variables, request))
      scope = route.scope
    case .methodNotAllowed(let allowed, let resource, let isOpen):
      pending = Pending(exchange: exchange, route: nil, resource: resource, since: now)
      let method = request.parameter("REQUEST_METHOD") ?? ""
      purpose = .problem(.methodNotAllowed(method, allowed: allowed))
      scope = isOpen ? nil : table.scopeOfUnknown(isReading: Lane.isReading(request))
    case .unknown:
      pending = Pending(
        exchange: exchange, route: nil, resource: table.otherResource, since: now)
      let path = request.parameter("DOCUMENT_URI") ?? ""
      purpose = .problem(Problem(404, "no resource at \(path.prefix(200))"))
      scope = table.scopeOfUnknown(isReading: Lane.isReading(request))
    }
    proceed(PendingAuthorization(pending: pending, purpose: purpose), request, for: scope)
  }

  private func proceed(
    _ waiting: PendingAuthorization, _ request: borrowing Request, for scope: Scopes?
  ) {
    guard let scope else { return perform(waiting, as: .anonymous) }
    var waiting = waiting
    if options.isAudited { waiting.pending.audit = AuditEntry(request) }
    proceed(waiting, authorizer.authorize(request, for: scope, waiting))
  }

  func proceed(
    _ waiting: PendingAuthorization, _ decision: Authorizer<PendingAuthorization>.Decision
  ) {
    switch decision {
    case .authorized(let principal): perform(waiting, as: principal)
    case .denied(let denial): deny(waiting.pending, denial)
    case .waiting: break
    }
  }

  private func perform(_ waiting: PendingAuthorization, as principal: Principal) {
    var pending = waiting.pending
    pending.audit?.allow(principal)
    switch waiting.purpose {
    case .ask(let query): ask(query, for: pending)
    case .problem(let problem): reply(to: pending, problem)
    case .call(var call):
      do throws(Problem) {
        call.principal = principal
        try call.check()
        let action = try call.route.handler.handle(call)
        if case .ask(let query) = action, query.variant != nil, let target = call.target {
          targets.keep(query, of: call.route, for: target)
        }
        act(on: action, for: pending)
      } catch {
        reply(to: pending, error)
      }
    }
  }

  private func act(on action: Action, for pending: Pending) {
    switch action {
    case .reply(let response): reply(to: pending, with: response)
    case .ask(let query): ask(query, for: pending)
    case .stream(let head, let source):
      note(pending, head.status)
      responder.stream(to: pending.exchange, head, from: source)
    case .perform(let work):
      working[pending.exchange] = pending
      if !self.work.add(work, from: pending.exchange, to: mailbox) {
        working[pending.exchange] = nil
        metrics.shed.add()
        reply(to: pending, .unavailable("too many requests in progress"))
      }
    }
  }

  /// Acts on the rendered result of a query.
  func act(on outcome: Query.Outcome, for waiter: QueryPool.Waiter) {
    switch outcome {
    case .reply(let response): reply(to: waiter.pending, with: response)
    case .problem(let problem): reply(to: waiter.pending, problem)
    case .ask(let query): ask(query, for: waiter.pending)
    }
  }

  private func ask(_ query: Query, for pending: Pending) {
    pools[query.spec.workload].add(QueryPool.Waiter(pending: pending, query: query))
  }

  /// Answers a call whose work was done elsewhere; its client may have disconnected.
  func finishWork(_ outcome: WorkQueue.Outcome) {
    guard var pending = working.removeValue(forKey: outcome.exchange) else { return }
    if let change = outcome.change { pending.audit?.describeChange(change) }
    switch outcome.result {
    case .success(let response): reply(to: pending, with: response)
    case .failure(let problem): reply(to: pending, problem)
    }
  }

  // MARK: - Replies

  func reply(to pending: Pending, with response: RenderedResponse) {
    note(pending, response.status)
    responder.respond(to: pending.exchange, with: response)
  }

  func reply(to pending: Pending, _ problem: Problem) {
    note(pending, problem.status)
    responder.respond(to: pending.exchange) { request in problem.response(to: request) }
  }

  /// Refuses a request.
  private func deny(_ pending: Pending, _ denial: AuthorizationError) {
    var pending = pending
    pending.audit?.deny(denial)
    if case .invalidToken(let reason) = denial {
      metrics.tokensRefused.add()
      // The audit log has it, where there is one.
      if pending.audit == nil {
        logger.debug(
          "token refused",
          metadata: [
            "reason": "\(reason)",
            "request_id":
              "\(responder.parameter("REQUEST_ID", of: pending.exchange) ?? "?")",
          ])
      }
    }
    var problem = Problem(denial)
    if let text = options.denialDetail { problem.detail = text }
    reply(to: pending, problem)
  }

  private func note(_ pending: Pending, _ status: Int) {
    if let audit = pending.audit { options.audit?.record(audit, status) }
    let duration = ContinuousClock.now - pending.since
    metrics.countAnswer(pending.resource, status, after: duration)
    guard duration > options.slowRequest else { return }
    metrics.slow.add()
    logger.warning(
      "slow request",
      metadata: [
        "uri": "\(responder.parameter("REQUEST_URI", of: pending.exchange) ?? "?")",
        "request_id": "\(responder.parameter("REQUEST_ID", of: pending.exchange) ?? "?")",
        "status": "\(status)", "milliseconds": "\(duration.nanoseconds / 1_000_000)",
      ])
  }

  private static func isReading(_ request: borrowing Request) -> Bool {
    request.withParameter("REQUEST_METHOD") {
      $0.elementsEqual("GET".utf8) || $0.elementsEqual("HEAD".utf8)
    }
  }
}
