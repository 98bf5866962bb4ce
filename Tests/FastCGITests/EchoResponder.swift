import EventLoop
import FastCGI
import Synchronization
import TestSupport

/// A responder on a thread of its own that answers each request with its method, target and body.
///
/// `/large` gives a large answer, `/later` one when the responder is stopped, `/never` none.
final class EchoResponder: Sendable {
  static let large = 3_000_000

  /// Requests that were kept without an answer.
  var pending: Int { counts.pending.load(ordering: .acquiring) }
  /// Exchanges whose peer hung up.
  var gone: Int { counts.gone.load(ordering: .acquiring) }

  /// What the thread shares with the tests. It does not hold on to the responder itself, whose end is
  /// to end the thread.
  private final class Counts: Sendable {
    let pending = Atomic(0)
    let gone = Atomic(0)
  }

  let listener: Listener
  private let counts = Counts()
  private let directory: TemporaryDirectory
  private let wakeup: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)

  /// - Parameters:
  ///   - receiving: How long a request may take to come.
  ///   - draining: How long requests at work may take when it is stopped.
  init(receiving: Duration = .seconds(20), draining: Duration = .seconds(20)) throws {
    directory = try TemporaryDirectory()
    wakeup = try Wakeup()
    let listener = try Listener(path: directory.file("echo.sock"))
    self.listener = listener
    let started = try WorkerThread(name: "echo") { [wakeup, counts] in
      try! EchoResponder.serve(listener, wakeup, receiving, draining, counts)
    }
    thread.withLock { $0 = started }
  }

  deinit { stop() }

  func connect() throws -> OwnedSocket {
    try OwnedSocket(connectedTo: directory.file("echo.sock"))
  }

  /// Drains the responder and waits for its end.
  func stop() {
    wakeup.signal()
    thread.withLock { $0 }?.join()
  }

  private static func serve(
    _ listener: Listener, _ wakeup: Wakeup, _ receiving: Duration, _ draining: Duration,
    _ counts: Counts
  ) throws {
    let poller = try Poller()
    var limits = Responder.Limits()
    limits.receiving = receiving
    let responder = try Responder(
      listener: listener, poller: poller, limits: limits, bodyLimit: { _ in 65_536 })
    try poller.add(wakeup.descriptor, .readable, token: 1)
    var kept: [Responder.Exchange] = []
    var isStopping = false
    var deadline = ContinuousClock.now

    func text(_ body: String) -> RenderedResponse {
      Response(status: 200, contentType: "text/plain", body: Array(body.utf8)).rendered()
    }

    func answer(_ request: borrowing Request, _ exchange: Responder.Exchange) {
      let target = request.parameter("REQUEST_URI") ?? "?"
      switch target {
      case "/later", "/never":
        if target == "/later" { kept.append(exchange) }
        counts.pending.wrappingAdd(1, ordering: .releasing)
      case "/large":
        responder.respond(to: exchange, with: text(String(repeating: "x", count: large)))
      default:
        let method = request.parameter("REQUEST_METHOD") ?? "?"
        let body = (try? request.body).map { String(decoding: $0, as: UTF8.self) } ?? "refused"
        responder.respond(to: exchange, with: text("\(method) \(target) \(body)"))
      }
    }

    while true {
      if isStopping {
        for exchange in kept { responder.respond(to: exchange, with: text("late")) }
        kept = []
        if responder.drain(until: deadline, answer) { return }
      }
      try poller.wait(for: responder.hasWork ? .zero : .milliseconds(20)) { event in
        if event.token == 1 {
          wakeup.reset()
          isStopping = true
          deadline = .now + draining
        } else {
          responder.handle(event, answer) { _ in
            counts.gone.wrappingAdd(1, ordering: .releasing)
          }
        }
      }
      responder.resume(answer)
      responder.expire()
    }
  }
}
