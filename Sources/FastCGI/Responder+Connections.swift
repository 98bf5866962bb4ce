internal import EventLoop
internal import SystemPackage

/// The connections of the web server, from their acceptance to their end.
extension Responder {
  func listen() throws(Errno) {
    generation = listener.generation
    try poller.add(
      listener.descriptor, [.readable, .exclusive], token: Responder.listenerToken)
    isListening = true
  }

  func stopListening() {
    if isListening { poller.remove(listener.descriptor) }
    isListening = false
  }

  func accept(_ handler: Handler) {
    while isListening {
      guard connectionCount < limits.connections else { return stopListening() }
      do throws(Errno) {
        guard let socket = try listener.accept() else { return }
        let connection = Connection(taking: socket, at: .now)
        let exchange = register(connection)
        do throws(Errno) {
          try poller.add(
            connection.descriptor, [.readable, .edgeTriggered], token: exchange.token)
        } catch {
          close(exchange)
          throw error
        }
        // Its request is usually here already.
        receive(connection, exchange, handler)
      } catch {
        // Out of descriptors or memory: the backlog waits until the next `expire`.
        return stopListening()
      }
    }
  }

  func receive(_ connection: Connection, _ exchange: Exchange, _ handler: Handler) {
    var arrival = connection.receive(into: buffer, limits: admissionLimits, at: .now)
    if case .head(let bodyLength) = arrival { arrival = takeBody(bodyLength, of: connection) }
    switch arrival {
    case .nothing, .head:
      break
    case .more:
      waitingInput.append(exchange)
    case .request(let body):
      handler(Request(parameters: connection.parameters, body: body), exchange)
    case .end:
      close(exchange)
    }
  }

  /// Collects a body when it is within its bound and there is room for it.
  func takeBody(_ length: Int, of connection: Connection) -> Connection.Arrival {
    let limit = bodyLimit(Request(parameters: connection.parameters))
    guard length <= limit else {
      return connection.refuseBody(.tooLarge(limit: limit), buffer, at: .now)
    }
    guard length <= limits.bodies - reserved else {
      return connection.refuseBody(.noRoom, buffer, at: .now)
    }
    connection.reservation = length
    reserved += length
    return connection.collectBody(into: buffer, at: .now)
  }

  /// Gives back what was set aside for the body of a request.
  func release(_ connection: Connection) {
    reserved -= connection.reservation
    connection.reservation = 0
  }

  func register(_ connection: Connection) -> Exchange {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      connections[slot] = connection
    } else {
      slot = connections.count
      connections.append(connection)
      generations.append(0)
    }
    generations[slot] = (generations[slot] + 1) & 0x3FFF_FFFF
    return exchange(at: slot)
  }

  func exchange(at slot: Int) -> Exchange {
    Exchange(token: Responder.firstToken | generations[slot] << 32 | UInt64(slot))
  }

  /// The connection whose request waits for its answer under this name.
  func awaiting(_ exchange: Exchange) -> Connection? {
    connection(of: exchange).flatMap { $0.state == .answering ? $0 : nil }
  }

  func connection(of exchange: Exchange) -> Connection? {
    guard exchange.slot < connections.count, self.exchange(at: exchange.slot) == exchange else {
      return nil
    }
    return connections[exchange.slot]
  }

  /// - Parameter reason: What the source of a streamed reply is told.
  func close(_ exchange: Exchange, _ reason: ReplyEnd = .abandoned) {
    guard let connection = connections[exchange.slot] else { return }
    connections[exchange.slot] = nil
    freeSlots.append(exchange.slot)
    release(connection)
    connection.endStream(reason)
  }
}
