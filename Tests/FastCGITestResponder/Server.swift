import EventLoop
import FastCGI
import Glibc
import SystemPackage

/// What the tests ask of a responder.
///
/// - `/bytes?COUNT`: so many bytes, as fast as they are taken. `/failing?COUNT`: fails after them.
/// - `/rows?COUNT`: so many lines of 100 bytes, of which the source has ten at a time.
/// - `/events`: an endless one; `/stubborn`: one with an end that does not come.
/// - `/upload`: takes 1 MiB, `/upload/large` 16 MiB, others 64 KiB; the answer is the length
///   of the body and whether it is intact. `/keep` keeps body and request until the next request to `/answer`.
/// - Anything else: `ok`.
final class Server {
  private let responder: Responder
  private let poller: Poller
  private let draining: Duration
  private var pending: [Responder.Exchange] = []
  private var events: [(exchange: Responder.Exchange, source: Events)] = []
  private var kept: [(exchange: Responder.Exchange, body: [UInt8])] = []

  init(path: String, streaming: Duration, draining: Duration) throws {
    poller = try Poller()
    var limits = Responder.Limits()
    limits.streaming = streaming
    limits.receiving = .seconds(3)
    limits.bodies = 24 << 20
    responder = try Responder(
      listener: try Listener(path: path), poller: poller, limits: limits,
      bodyLimit: { request in
        switch request.parameter("DOCUMENT_URI") {
        case "/upload": 1 << 20
        case "/upload/large", "/keep": 16 << 20
        default: 65_536
        }
      })
    self.draining = draining
  }

  /// Serves until SIGTERM.
  func run(_ signals: borrowing SignalSource) throws {
    var deadline: ContinuousClock.Instant?
    while true {
      while let signal = try signals.next(until: .now) {
        if signal == SIGTERM { deadline = .now + draining }
        for (exchange, source) in events {
          source.ready += 1
          responder.resumeStream(exchange)
        }
      }
      if let deadline, responder.drain(until: deadline, receive) { return }
      for exchange in pending { responder.resumeStream(exchange) }
      pending.removeAll()
      try poller.wait(for: responder.hasWork ? .zero : .milliseconds(10)) { event in
        responder.handle(event, receive) { _ in say("gone") }
      }
      responder.resume(receive)
      responder.expire()
    }
  }

  private func receive(_ request: borrowing Request, _ exchange: Responder.Exchange) {
    let target = request.parameter("REQUEST_URI") ?? ""
    let count = target.split(separator: "?").dropFirst().first.flatMap { Int($0) } ?? 0
    let head = ResponseHead(contentType: "application/octet-stream")
    switch request.parameter("DOCUMENT_URI") ?? "" {
    case "/bytes":
      responder.stream(to: exchange, head, from: Bytes(target, count, then: .end))
    case "/failing":
      responder.stream(to: exchange, head, from: Bytes(target, count, then: .failure))
    case "/stubborn":
      responder.stream(to: exchange, head, from: Bytes(target, 1000, then: .pending))
    case "/rows":
      responder.stream(
        to: exchange, head, from: Rows(target, count) { [self] in pending.append(exchange) })
    case "/events":
      let source = Events(target)
      events.append((exchange, source))
      let head = ResponseHead(contentType: "text/event-stream")
      responder.stream(to: exchange, head, from: source)
    case "/keep":
      if let body = try? request.body {
        kept.append((exchange, body))
        say("kept \(body.count)")
      } else {
        respond(exchange, request)
      }
    case "/answer":
      for (exchange, body) in kept { respond(exchange, 200, verdict(body)) }
      kept = []
      respond(exchange, 200, "ok")
    default:
      respond(exchange, request)
    }
  }

  private func respond(_ exchange: Responder.Exchange, _ request: borrowing Request) {
    do throws(BodyRefusal) {
      let body = try request.body
      respond(exchange, 200, body.isEmpty ? "ok" : verdict(body))
    } catch {
      switch error {
      case .tooLarge(let limit): respond(exchange, 413, "at most \(limit)")
      case .noRoom: respond(exchange, 503, "no room")
      }
    }
  }

  private func respond(_ exchange: Responder.Exchange, _ status: Int, _ text: String) {
    responder.respond(
      to: exchange,
      with: Response(status: status, contentType: "text/plain", body: Array(text.utf8)).rendered())
  }

  private func verdict(_ body: [UInt8]) -> String {
    "\(body.count) \(Pattern.damage(in: body).map { "damaged behind \($0)" } ?? "intact")"
  }
}
