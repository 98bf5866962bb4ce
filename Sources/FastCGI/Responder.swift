internal import CLinux
public import EventLoop
internal import Glibc
public import SystemPackage

/// Serves the connections of a web server on one thread, without ever waiting for one of them.
///
/// An idle connection is parked: it costs a descriptor and no thread. A request is given to the
/// handler once all of it has come, and answered now or later by ``respond(to:with:)``, or piece by
/// piece from a source by ``stream(to:_:from:)``.
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
    /// Bytes of bodies that are being collected, or whose requests wait for their answers.
    public var bodies = 64 << 20
    /// Without progress while an answer is written.
    public var writing = Duration.seconds(30)
    /// Without progress while a streamed one is owed. The web server takes more only when a third of a
    /// TCP buffer is free, which takes a slow client its time; it is the web server who gives up first.
    public var streaming = Duration.seconds(180)
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

  /// Says how many bytes the body of a request may have, of which only the head is known.
  public typealias BodyLimit = (borrowing Request) -> Int

  /// The responder's events carry tokens from here on.
  public static let firstToken: UInt64 = 1 << 63
  private static let listenerToken = UInt64.max

  private let listener: Listener
  private let poller: Poller
  private let limits: Limits
  private let admissionLimits = Admission.Limits()
  private let bodyLimit: BodyLimit
  private let buffer: UnsafeMutableRawBufferPointer
  private var connections: [Connection?] = []
  /// Counts the uses of each slot, so that a late event never meets another connection.
  private var generations: [UInt64] = []
  private var freeSlots: [Int] = []
  /// Connections on which something came while their request was being answered.
  private var waitingInput: [Exchange] = []
  /// Streamed replies whose source has more to give.
  private var waitingOutput: [Exchange] = []
  /// Bytes set aside for bodies.
  private var reserved = 0
  private var isListening = false
  /// Of the listener; see ``Listener/generation``.
  private var generation: UInt64 = 0
  private var isDraining = false

  /// Begins to accept.
  ///
  /// - Parameter bodyLimit: Asked for each request with a body. One that is longer is not taken: the
  ///   handler finds ``BodyRefusal/tooLarge(limit:)`` in its place.
  public init(
    listener: Listener, poller: Poller, limits: Limits = Limits(),
    bodyLimit: @escaping BodyLimit = { _ in 65_536 }
  ) throws(Errno) {
    self.listener = listener
    self.poller = poller
    self.limits = limits
    self.bodyLimit = bodyLimit
    buffer = .allocate(byteCount: admissionLimits.window, alignment: 16)
    try listen()
  }

  deinit { buffer.deallocate() }

  /// How many connections are open.
  public var connectionCount: Int { connections.count - freeSlots.count }

  /// How many of them are between two requests.
  public var parkedCount: Int { connections.count { $0?.state == .parked } }

  /// Whether something is left to do before the next wait; then ``resume(_:)`` is to be called.
  public var hasWork: Bool { !waitingInput.isEmpty || !waitingOutput.isEmpty }

  /// Performs what an event asks for.
  ///
  /// - Parameter gone: Told of an exchange whose peer has hung up; it needs no answer any more. The
  ///   source of a streamed one is told instead.
  public func handle(_ event: Poller.Event, _ handler: Handler, gone: (Exchange) -> Void) {
    if event.token == Responder.listenerToken {
      accept(handler)
      return
    }
    let exchange = Exchange(token: event.token)
    guard let connection = connection(of: exchange) else { return }
    switch connection.state {
    case .parked, .receiving, .collecting, .discarding:
      receive(connection, exchange, handler)
      // What has come of its request never becomes whole.
      if event.isHungUp, connection.isReceiving { close(exchange) }
    case .answering:
      if event.isHungUp {
        gone(exchange)
        close(exchange)
      } else {
        connection.hasInput = connection.hasInput || event.isReadable
      }
    case .writing, .streaming:
      if event.isHungUp {
        close(exchange)
        return
      }
      connection.hasInput = connection.hasInput || event.isReadable
      let progress =
        connection.state == .writing ? connection.write(at: .now) : connection.advance(at: .now)
      settle(connection, exchange, progress)
    }
  }

  /// Takes up what came for connections that were busy, and what sources have to give.
  public func resume(_ handler: Handler) {
    let resumed = waitingInput
    waitingInput.removeAll(keepingCapacity: true)
    for exchange in resumed {
      guard let connection = connection(of: exchange),
        connection.state == .parked || connection.isReceiving
      else { continue }
      receive(connection, exchange, handler)
    }
    guard !waitingOutput.isEmpty else { return }
    let streams = waitingOutput
    waitingOutput = []
    for exchange in streams {
      guard let connection = connection(of: exchange), connection.state == .streaming else {
        continue
      }
      settle(connection, exchange, connection.advance(at: .now))
    }
  }

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

  /// Closes what has been idle, or slow, for too long; to be called about once a second.
  public func expire(at now: ContinuousClock.Instant = .now) {
    for slot in connections.indices {
      guard let connection = connections[slot] else { continue }
      let age = now - connection.since
      let limit: Duration? =
        switch connection.state {
        case .parked: limits.idle
        case .receiving, .collecting, .discarding: limits.receiving
        case .writing: limits.writing
        case .streaming: connection.isOwedProgress ? limits.streaming : nil
        case .answering: nil
        }
      if let limit, age > limit { close(exchange(at: slot), .stalled) }
    }
    // The socket that was watched is closed: another is behind its descriptor.
    if generation != listener.generation { isListening = false }
    if !isListening, !isDraining { try? listen() }
  }

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

  private func isAtWork(_ connection: Connection) -> Bool {
    switch connection.state {
    case .answering, .writing, .streaming, .collecting, .discarding: true
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
    generation = listener.generation
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
  private func takeBody(_ length: Int, of connection: Connection) -> Connection.Arrival {
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
  private func release(_ connection: Connection) {
    reserved -= connection.reservation
    connection.reservation = 0
  }

  /// Has a streamed reply go on at the next ``resume(_:)``.
  ///
  /// The list is moved, not appended to where it is: the compiler can then tell that no two uses of it
  /// overlap, and looking at it in each turn costs nothing.
  private func enqueue(_ exchange: Exchange) {
    var streams = waitingOutput
    waitingOutput = []
    streams.append(exchange)
    waitingOutput = streams
  }

  private func settle(
    _ connection: Connection, _ exchange: Exchange, _ progress: Connection.Progress
  ) {
    switch progress {
    case .closed:
      close(exchange)
    case .waiting:
      if !connection.isWatchedForRoom {
        connection.isWatchedForRoom = true
        watch(connection, exchange, [.readable, .writable, .edgeTriggered])
      }
    case .pending:
      break
    case .more:
      enqueue(exchange)
    case .finished:
      if connection.isWatchedForRoom {
        connection.isWatchedForRoom = false
        watch(connection, exchange, [.readable, .edgeTriggered])
      }
      // Of a body that is to be dropped, a part may be here whose coming was told long ago.
      if connection.hasInput || connection.state == .discarding { waitingInput.append(exchange) }
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

  /// - Parameter reason: What the source of a streamed reply is told.
  private func close(_ exchange: Exchange, _ reason: ReplyEnd = .abandoned) {
    guard let connection = connections[exchange.slot] else { return }
    connections[exchange.slot] = nil
    freeSlots.append(exchange.slot)
    release(connection)
    connection.endStream(reason)
  }
}
