internal import EventLoop

/// Answers, whole or from a source.
extension Responder {
  /// Answers a request. An exchange whose connection has gone is passed over.
  public func respond(to exchange: Exchange, with response: RenderedResponse) {
    guard let connection = awaiting(exchange) else { return }
    release(connection)
    settle(connection, exchange, connection.respond(with: response, at: .now))
  }

  /// Answers a request with what `make` makes of it.
  public func respond(to exchange: Exchange, _ make: (borrowing Request) -> RenderedResponse) {
    guard let connection = awaiting(exchange) else { return }
    respond(to: exchange, with: make(Request(parameters: connection.parameters)))
  }

  /// Answers a request with `head` and the bytes of `source`, which is asked from the next
  /// ``resume(_:)`` on. When the connection has gone, the source is told so.
  public func stream(to exchange: Exchange, _ head: ResponseHead, from source: any ReplySource) {
    guard let connection = awaiting(exchange) else { return source.end(.abandoned) }
    release(connection)
    connection.stream(head.rendered(isEndless: source.isEndless), from: source, at: .now)
    if isDraining { _ = connection.endEndlessStream(at: .now) }
    enqueue(exchange)
  }

  /// Takes up a streamed reply whose source had nothing: it is asked again at the next
  /// ``resume(_:)``.
  public func resumeStream(_ exchange: Exchange) {
    guard let connection = connection(of: exchange), connection.resumeStream(at: .now) else {
      return
    }
    enqueue(exchange)
  }

  /// A parameter of a request that waits for its answer; nil when its connection has gone.
  public func parameter(_ name: String, of exchange: Exchange) -> String? {
    awaiting(exchange).flatMap { connection in
      Request(parameters: connection.parameters).parameter(name)
    }
  }

  /// Has a streamed reply go on at the next ``resume(_:)``.
  ///
  /// The list is moved, not appended to where it is: the compiler can then tell that no two uses of it
  /// overlap, and looking at it in each turn costs nothing.
  func enqueue(_ exchange: Exchange) {
    guard let connection = connection(of: exchange), !connection.isQueued else { return }
    connection.isQueued = true
    var streams = waitingOutput
    waitingOutput = []
    streams.append(exchange)
    waitingOutput = streams
  }
}
