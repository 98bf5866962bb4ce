internal import CLinux

/// The end of the service.
extension Responder {
  /// Stops accepting connections, closes idle ones and ends endless replies.
  ///
  /// Remove the listener's path first, so that no connection joins its backlog.
  /// - Parameters:
  ///   - deadline: After it, every connection is closed; a streamed reply is cut off, so that it is not
  ///     taken for complete.
  ///   - isLingering: Leaves idle connections for the web server to close. It may be sending a request on
  ///     one, and does not retry a request that is not idempotent.
  /// - Returns: Whether no connection is left; pending requests must still be answered.
  public func drain(
    until deadline: ContinuousClock.Instant, isLingering: Bool = false, _ handler: Handler
  ) -> Bool {
    // Connections already in the backlog are still served.
    if !isDraining { accept(handler) }
    isDraining = true
    stopListening()
    let isOver = ContinuousClock.now >= deadline
    for slot in connections.indices {
      guard let connection = connections[slot] else { continue }
      if connection.endEndlessStream(at: .now) { enqueue(exchange(at: slot)) }
      // Checked last: it may cost a system call per connection in every iteration of a long drain.
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
