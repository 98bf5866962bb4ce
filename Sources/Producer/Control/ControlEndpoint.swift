import Access
import EventLoop
import FastCGI
import Logging
import Service
import Signals
import Simulation
import Synchronization
import SystemPackage

/// Serves `/producer` to the web server, on a thread of its own.
final class ControlEndpoint: Sendable {
  /// A call whose token is being verified.
  private struct Visitor {
    let exchange: Responder.Exchange
    let call: ControlCall
  }

  private static let wakeupToken: UInt64 = 0

  private let listener: Listener
  private let access: AccessControl
  private let plant: Plant
  private let audit = ControlAudit()
  private let wakeup: Wakeup
  private let isStopping = Atomic(false)
  private let logger = Logger(label: "control")
  private let thread = Mutex<WorkerThread?>(nil)

  /// Begins to serve.
  init(listener: Listener, access: AccessControl, plant: Plant) throws {
    self.listener = listener
    self.access = access
    self.plant = plant
    wakeup = try Wakeup()
    let poller = try Poller()
    let responder = try Responder(listener: listener, poller: poller)
    try poller.add(wakeup.descriptor, .readable, token: ControlEndpoint.wakeupToken)
    let loop = Loop(poller: poller, responder: responder, gate: Gate(access, waking: wakeup))
    let started = try WorkerThread(name: "control") { [self] in run(loop) }
    thread.withLock { $0 = started }
  }

  /// Answers what was accepted, then ends.
  func stop() {
    listener.removePath()
    isStopping.store(true, ordering: .releasing)
    wakeup.signal()
    thread.withLock { $0 }?.join()
  }

  // Made on one thread and used by another from then on.
  private struct Loop: @unchecked Sendable {
    let poller: Poller
    let responder: Responder
    var gate: Gate<Visitor>
  }

  private func run(_ loop: Loop) {
    let responder = loop.responder
    var gate = loop.gate
    let receive: Responder.Handler = { [self] request, exchange in
      // For whom the web server lets through: it has no token to give.
      if request.parameter("DOCUMENT_URI") == "/metrics/producer" {
        responder.respond(to: exchange, with: plant.metrics())
        return
      }
      let visitor = Visitor(exchange: exchange, call: ControlCall(request))
      let decision = gate.admit(request, for: visitor.call.scope, visitor)
      answer(visitor, decision, through: responder)
    }
    // Answers are made at once: at most one that is slow to be read can be left.
    var deadline: ContinuousClock.Instant?
    while true {
      if isStopping.load(ordering: .acquiring) {
        deadline = deadline ?? .now + .milliseconds(200)
        if responder.drain(until: deadline ?? .now, receive) { return }
      }
      do throws(Errno) {
        let rest = deadline == nil ? Duration.seconds(1) : .milliseconds(20)
        try loop.poller.wait(for: responder.hasWork ? .zero : rest) { event in
          if event.token == ControlEndpoint.wakeupToken {
            wakeup.reset()
            for (visitor, decision) in gate.settle() {
              answer(visitor, decision, through: responder)
            }
          } else {
            responder.handle(event, receive) { gone in gate.remove { $0.exchange == gone } }
          }
        }
      } catch {
        logger.critical("the control endpoint failed: \(error)")
        return
      }
      responder.resume(receive)
      responder.expire()
    }
  }

  // MARK: - Answers

  private func answer(
    _ visitor: Visitor, _ decision: Gate<Visitor>.Decision, through responder: Responder
  ) {
    if case .waiting = decision { return }
    let call = visitor.call
    responder.respond(to: visitor.exchange) { request in
      let response: RenderedResponse
      var change: String?
      do throws(Problem) {
        if case .refused(let denial) = decision { throw problem(denial) }
        response = try perform(call, noting: &change)
      } catch {
        response = error.response(to: request)
      }
      audit.record(call, decision, response.status, change: change)
      return response
    }
  }

  private func problem(_ denial: Denial) -> Problem {
    var problem = Problem(denial)
    if access.settings.admitsNobody {
      problem.detail = """
        the producer knows no token, so it refuses every call; set CONTROL_TOKEN in its environment \
        and start it again
        """
    }
    return problem
  }

  /// - Parameter noted: Set to the change that the call asks for, as it was understood.
  private func perform(_ call: ControlCall, noting noted: inout String?) throws(Problem)
    -> RenderedResponse
  {
    let (method, path) = (call.method, call.path)
    let allowed: [String]
    switch path {
    case "/producer": allowed = ["GET", "HEAD", "PATCH"]
    case "/producer/scenario": allowed = ["GET", "HEAD", "PUT", "DELETE"]
    case "/producer/start", "/producer/stop", "/producer/faults": allowed = ["POST"]
    default: throw Problem(404, "nothing is offered at \(path)")
    }
    guard allowed.contains(method) else {
      throw .methodNotAllowed(method, allowed: allowed)
    }
    guard call.query.isEmpty else {
      throw Problem(400, "\(path) takes no parameters in its query")
    }
    if let refusal = call.bodyRefusal { throw Problem(refusal) }
    switch (method, path) {
    case ("PATCH", _):
      let change = try call.decode(ControlRequest.Change.self, noting: &noted)
      try self.change { plan, _ in try change.apply(to: &plan) }
    case ("POST", "/producer/start"):
      try change { plan, _ in plan.isRunning = true }
    case ("POST", "/producer/stop"):
      try change { plan, _ in plan.isRunning = false }
    case ("PUT", _):
      let order = try call.decode(ScenarioOrder.self, noting: &noted)
      try change { plan, since in
        try order.apply(to: &plan)
        plan = plan.begun(at: since)
      }
    case ("DELETE", _):
      try change { plan, _ in plan.scenario = Scenario() }
    case ("POST", _):
      return try inject(call.decode(ControlRequest.FaultOrder.self, noting: &noted))
    default: break
    }
    return response(at: path)
  }

  private func response(at path: String) -> RenderedResponse {
    path == "/producer/scenario" ? plant.scenarioResponse() : plant.response()
  }

  private func inject(_ order: ControlRequest.FaultOrder) throws(Problem) -> RenderedResponse {
    var injected: Fault?
    try change { plan, since in injected = try order.apply(to: &plan, at: since) }
    return Response.json(201) { json in
      if let injected { json.object { Plant.write(injected, &$0) } }
    }
  }

  /// Changes the plan for good: it is in the spool before the caller is answered.
  private func change(_ change: (inout Plan, Timestamp) throws -> Void) throws(Problem) {
    do {
      try plant.change(change)
    } catch let problem as Problem {
      throw problem
    } catch {
      logger.error("the plan could not be changed: \(error)")
      throw Problem(
        503, "the producer cannot write the change into its spool, so nothing has changed",
        headers: [("Retry-After", "5")])
    }
  }
}
