internal import CLinux

/// The end of the service.
extension Responder {
  /// Accepts nothing more and closes the connections that have no request at work. Endless replies
  /// end.
  ///
  /// The path of the listener is to be removed before, so that nobody joins its backlog any more.
  /// - Parameters:
  ///   - deadline: From then on every connection is closed, whatever it waits for; a streamed reply is
  ///     cut off, so that it does not pass for complete.
  ///   - isLingering: Leave it to the web server to close what is at rest. It may be sending a request
  ///     on such a connection at this very moment, and one that is not idempotent it would not repeat.
  /// - Returns: Whether none is left; requests at work are still to be answered.
  public func drain(
    until deadline: ContinuousClock.Instant, isLingering: Bool = false, _ handler: Handler
  ) -> Bool {
    // Who was in the backlog is still served, and who comes later finds nobody.
    if !isDraining { accept(handler) }
    isDraining = true
    stopListening()
    let isOver = ContinuousClock.now >= deadline
    for slot in connections.indices {
      guard let connection = connections[slot] else { continue }
      if connection.endEndlessStream(at: .now) { enqueue(exchange(at: slot)) }
      // Asked last: it may cost a system call for each connection, at every turn of a long farewell.
      if isOver || !isLingering && !isAtWork(connection) { close(exchange(at: slot), .cut) }
    }
    return connectionCount == 0
  }

  func isAtWork(_ connection: Connection) -> Bool {
    switch connection.state {
    case .answering, .writing, .streaming, .collecting, .discarding: true
    // What the web server has sent already is still served.
    case .parked: hasUnreadInput(connection)
    case .receiving: false
    }
  }

  func hasUnreadInput(_ connection: Connection) -> Bool {
    var byte: UInt8 = 0
    return linux_peek(connection.descriptor, &byte, 1) > 0
  }
}
