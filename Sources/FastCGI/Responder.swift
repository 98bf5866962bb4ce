internal import CLinux
public import EventLoop
internal import Glibc
public import SystemPackage

/// Serves the connections of a web server on one thread, without ever waiting for one of them.
///
/// An idle connection is parked: it costs a descriptor and no thread. A request is given to the
/// handler once all of it has come, and answered now or later by ``respond(to:with:)``.
///
/// The responder shares a ``Poller`` with whatever else its thread waits for. All tokens from
/// ``firstToken`` on belong to it.
public final class Responder {
  /// How much a peer may ask for, and for how long.
  public struct Limits: Sendable {
    /// Connections at a time, those at rest included.
    public var connections = 8192
    /// From a request's first byte to its last.
    public var receiving = Duration.seconds(10)
    /// Without progress while an answer is written.
    public var writing = Duration.seconds(30)
    /// Without a request. Longer than the web server's own limit, so that it is the one who closes.
    public var idle = Duration.seconds(180)

    public init() {}
  }

  /// Names a request until it has been answered.
  public struct Exchange: Hashable, Sendable {
    fileprivate let token: UInt64
    fileprivate var slot: Int { Int(token & 0xFFFF_FFFF) }
  }

  /// Called with each request; it answers at once or keeps the exchange and answers later.
  public typealias Handler = (borrowing Request, Exchange) -> Void

  /// The responder's events carry tokens from here on.
  public static let firstToken: UInt64 = 1 << 63
  private static let listenerToken = UInt64.max

  private let listener: Listener
  private let poller: Poller
  private let limits: Limits
  private let admissionLimits = Admission.Limits()
  private let buffer: UnsafeMutableRawBufferPointer
  private var connections: [Connection?] = []
  /// Counts the uses of each slot, so that a late event never meets another connection.
  private var generations: [UInt64] = []
  private var freeSlots: [Int] = []
  /// Connections on which something came while their request was being answered.
  private var waitingInput: [Exchange] = []
  private var isListening = false
  private var isDraining = false

  /// Begins to accept.
  public init(listener: Listener, poller: Poller, limits: Limits = Limits()) throws(Errno) {
    self.listener = listener
    self.poller = poller
    self.limits = limits
    buffer = .allocate(byteCount: admissionLimits.request, alignment: 16)
    try listen()
  }

  deinit { buffer.deallocate() }

  /// How many connections are open.
  public var connectionCount: Int { connections.count - freeSlots.count }

  /// How many of them are between two requests.
  public var parkedCount: Int { connections.count { $0?.state == .parked } }

  /// Whether something is left to do before the next wait; then ``resume(_:)`` is to be called.
  public var hasWork: Bool { !waitingInput.isEmpty }

  /// Performs what an event asks for.
  ///
  /// - Parameter gone: Told of an exchange whose peer has hung up; it needs no answer any more.
  public func handle(_ event: Poller.Event, _ handler: Handler, gone: (Exchange) -> Void) {
    if event.token == Responder.listenerToken {
      accept(handler)
      return
    }
    let exchange = Exchange(token: event.token)
    guard let connection = connection(of: exchange) else { return }
    switch connection.state {
    case .parked, .receiving:
      receive(connection, exchange, handler)
      // What has come of its request never becomes whole.
      if event.isHungUp, connection.state == .receiving { close(exchange) }
    case .answering:
      if event.isHungUp {
        gone(exchange)
        close(exchange)
      } else {
        connection.hasInput = connection.hasInput || event.isReadable
      }
    case .writing:
      if event.isHungUp {
        close(exchange)
        return
      }
      connection.hasInput = connection.hasInput || event.isReadable
      let progress = connection.write(at: .now)
      if progress == .finished { watch(connection, exchange, [.readable, .edgeTriggered]) }
      settle(connection, exchange, progress)
    }
  }

  /// Takes up what came for connections that were busy.
  public func resume(_ handler: Handler) {
    let resumed = waitingInput
    waitingInput.removeAll(keepingCapacity: true)
    for exchange in resumed {
      guard let connection = connection(of: exchange), connection.state == .parked else { continue }
      receive(connection, exchange, handler)
    }
  }

  /// Answers a request. An exchange whose connection has gone is passed over.
  public func respond(to exchange: Exchange, with response: RenderedResponse) {
    guard let connection = awaiting(exchange) else { return }
    settle(connection, exchange, connection.respond(with: response, at: .now))
  }

  /// Answers a request with what `make` makes of it.
  public func respond(to exchange: Exchange, _ make: (borrowing Request) -> RenderedResponse) {
    guard let connection = awaiting(exchange) else { return }
    let response = make(Request(parameters: connection.parameters, body: []))
    settle(connection, exchange, connection.respond(with: response, at: .now))
  }

  /// A parameter of a request that waits for its answer; nil when its connection has gone.
  public func parameter(_ name: String, of exchange: Exchange) -> String? {
    awaiting(exchange).flatMap { connection in
      Request(parameters: connection.parameters, body: []).parameter(name)
    }
  }

  /// Closes what has been idle, or slow, for too long; to be called about once a second.
  public func expire(at now: ContinuousClock.Instant = .now) {
    for slot in connections.indices {
      guard let connection = connections[slot] else { continue }
      let age = now - connection.since
      let limit: Duration? =
        switch connection.state {
        case .parked: limits.idle
        case .receiving: limits.receiving
        case .writing: limits.writing
        case .answering: nil
        }
      if let limit, age > limit { close(exchange(at: slot)) }
    }
    if !isListening, !isDraining { try? listen() }
  }

  /// Accepts nothing more and closes the connections that have no request at work.
  ///
  /// The path of the listener is to be removed before, so that nobody joins its backlog any more.
  /// - Parameters:
  ///   - deadline: From then on every connection is closed, whatever it waits for.
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
      // Asked last: it may cost a system call for each connection, at every turn of a long farewell.
      if isOver || !isLingering && !isAtWork(connection) { close(exchange(at: slot)) }
    }
    return connectionCount == 0
  }

  private func isAtWork(_ connection: Connection) -> Bool {
    switch connection.state {
    case .answering, .writing: true
    // What the web server has sent already is still served.
    case .parked: hasUnreadInput(connection)
    case .receiving: false
    }
  }

  private func hasUnreadInput(_ connection: Connection) -> Bool {
    var byte: UInt8 = 0
    return linux_peek(connection.descriptor, &byte, 1) > 0
  }

  private func listen() throws(Errno) {
    try poller.add(
      listener.descriptor, [.readable, .exclusive], token: Responder.listenerToken)
    isListening = true
  }

  private func stopListening() {
    if isListening { poller.remove(listener.descriptor) }
    isListening = false
  }

  private func accept(_ handler: Handler) {
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

  private func receive(_ connection: Connection, _ exchange: Exchange, _ handler: Handler) {
    switch connection.receive(into: buffer, limits: admissionLimits, at: .now) {
    case .nothing, .part:
      break
    case .request(let body):
      handler(Request(parameters: connection.parameters, body: body), exchange)
    case .end:
      close(exchange)
    }
  }

  private func settle(
    _ connection: Connection, _ exchange: Exchange, _ progress: Connection.Progress
  ) {
    switch progress {
    case .closed:
      close(exchange)
    case .waiting:
      watch(connection, exchange, [.readable, .writable, .edgeTriggered])
    case .finished:
      if connection.hasInput { waitingInput.append(exchange) }
    }
  }

  private func watch(_ connection: Connection, _ exchange: Exchange, _ interest: Poller.Interest) {
    do throws(Errno) {
      try poller.modify(connection.descriptor, interest, token: exchange.token)
    } catch {
      close(exchange)
    }
  }

  private func register(_ connection: Connection) -> Exchange {
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

  private func exchange(at slot: Int) -> Exchange {
    Exchange(token: Responder.firstToken | generations[slot] << 32 | UInt64(slot))
  }

  /// The connection whose request waits for its answer under this name.
  private func awaiting(_ exchange: Exchange) -> Connection? {
    connection(of: exchange).flatMap { $0.state == .answering ? $0 : nil }
  }

  private func connection(of exchange: Exchange) -> Connection? {
    guard exchange.slot < connections.count, self.exchange(at: exchange.slot) == exchange else {
      return nil
    }
    return connections[exchange.slot]
  }

  private func close(_ exchange: Exchange) {
    guard connections[exchange.slot] != nil else { return }
    connections[exchange.slot] = nil
    freeSlots.append(exchange.slot)
  }
}
