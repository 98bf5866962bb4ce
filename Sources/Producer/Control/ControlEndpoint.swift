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
  private static let wakeupToken: UInt64 = 0

  private let listener: Listener
  private let token: BearerToken?
  private let plant: Plant
  private let wakeup: Wakeup
  private let isStopping = Atomic(false)
  private let logger = Logger(label: "control")
  private let thread = Mutex<WorkerThread?>(nil)

  /// Begins to serve.
  init(listener: Listener, token: BearerToken?, plant: Plant) throws {
    self.listener = listener
    self.token = token
    self.plant = plant
    wakeup = try Wakeup()
    let poller = try Poller()
    let responder = try Responder(listener: listener, poller: poller)
    try poller.add(wakeup.descriptor, .readable, token: ControlEndpoint.wakeupToken)
    let loop = Loop(poller: poller, responder: responder)
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
  }

  private func run(_ loop: Loop) {
    let responder = loop.responder
    let receive: Responder.Handler = { [self] request, exchange in
      responder.respond(to: exchange, with: answer(request))
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
          } else {
            responder.handle(event, receive) { _ in }
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

  private func answer(_ request: borrowing Request) -> RenderedResponse {
    // For whom the web server lets through: it has no token to give.
    if request.parameter("DOCUMENT_URI") == "/metrics/producer" { return plant.metrics() }
    do throws(Problem) {
      try authorize(request)
      return try perform(request)
    } catch {
      return error.response(to: request)
    }
  }

  private func authorize(_ request: borrowing Request) throws(Problem) {
    let challenge = "Bearer realm=\"signals\""
    guard let token else {
      throw Problem(
        401,
        """
        the producer has no token, so it refuses every call; set CONTROL_TOKEN in its environment \
        and start it again
        """, headers: [("WWW-Authenticate", challenge)])
    }
    let isShown = request.withParameter("HTTP_AUTHORIZATION") { !$0.isEmpty }
    guard isShown else {
      throw Problem(
        401, "this needs a token: Authorization: Bearer TOKEN",
        headers: [("WWW-Authenticate", challenge)])
    }
    guard request.withParameter("HTTP_AUTHORIZATION", { token.isCarried(by: $0) }) else {
      throw Problem(
        401, "the token is not the one of this producer",
        headers: [("WWW-Authenticate", "\(challenge), error=\"invalid_token\"")])
    }
  }

  private func perform(_ request: borrowing Request) throws(Problem) -> RenderedResponse {
    let path = request.parameter("DOCUMENT_URI") ?? ""
    let method = request.parameter("REQUEST_METHOD") ?? ""
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
    if let query = request.parameter("QUERY_STRING"), !query.isEmpty {
      throw Problem(400, "\(path) takes no parameters in its query")
    }
    switch (method, path) {
    case ("PATCH", _):
      let change = try decode(ControlRequest.Change.self, request)
      try self.change { plan, _ in try change.apply(to: &plan) }
    case ("POST", "/producer/start"):
      try change { plan, _ in plan.isRunning = true }
    case ("POST", "/producer/stop"):
      try change { plan, _ in plan.isRunning = false }
    case ("PUT", _):
      let order = try decode(ScenarioOrder.self, request)
      try change { plan, since in
        try order.apply(to: &plan)
        plan = plan.begun(at: since)
      }
    case ("DELETE", _):
      try change { plan, _ in plan.scenario = Scenario() }
    case ("POST", _):
      return try inject(decode(ControlRequest.FaultOrder.self, request), request)
    default:
      return response(at: path)
    }
    record(request)
    return response(at: path)
  }

  private func response(at path: String) -> RenderedResponse {
    path == "/producer/scenario" ? plant.scenarioResponse() : plant.response()
  }

  private func inject(_ order: ControlRequest.FaultOrder, _ request: borrowing Request)
    throws(Problem) -> RenderedResponse
  {
    var injected: Fault?
    try change { plan, since in injected = try order.apply(to: &plan, at: since) }
    record(request)
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

  private func decode<T: Decodable>(_ type: T.Type, _ request: borrowing Request) throws(Problem)
    -> T
  {
    let contentType = request.parameter("CONTENT_TYPE") ?? ""
    let media = contentType.prefix { $0 != ";" }.lowercased()
    guard media.isEmpty || media == "application/json" else {
      throw Problem(415, "the body is \(media.prefix(100)); accepted is application/json")
    }
    return try ControlRequest.decode(type, request.body)
  }

  private func record(_ request: borrowing Request) {
    logger.info(
      "\(request.parameter("REQUEST_METHOD") ?? "") \(request.parameter("DOCUMENT_URI") ?? "")",
      metadata: [
        "from": "\(request.parameter("REMOTE_ADDR") ?? "?")",
        "request_id": "\(request.parameter("REQUEST_ID") ?? "?")",
        "body": "\(String(decoding: request.body.prefix(500), as: UTF8.self))",
      ])
  }
}
