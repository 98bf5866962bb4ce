public import EventLoop
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
    let token: UInt64
    var slot: Int { Int(token & 0xFFFF_FFFF) }
  }

  /// Called with each request; it answers at once or keeps the exchange and answers later.
  public typealias Handler = (borrowing Request, Exchange) -> Void

  /// Says how many bytes the body of a request may have, of which only the head is known.
  public typealias BodyLimit = (borrowing Request) -> Int

  /// The responder's events carry tokens from here on.
  public static let firstToken: UInt64 = 1 << 63
  static let listenerToken = UInt64.max
  /// Streamed replies that go on in one ``resume(_:)``: whatever their number, other requests are handled
  /// in between.
  private static let streamsAtATime = 8

  let listener: Listener
  let poller: Poller
  let limits: Limits
  let admissionLimits = Admission.Limits()
  let bodyLimit: BodyLimit
  let buffer: UnsafeMutableRawBufferPointer
  var connections: [Connection?] = []
  /// Counts the uses of each slot, so that a late event never meets another connection.
  var generations: [UInt64] = []
  var freeSlots: [Int] = []
  /// Connections on which something came while their request was being answered.
  var waitingInput: [Exchange] = []
  /// Streamed replies whose source has more to give.
  var waitingOutput: [Exchange] = []
  /// Bytes set aside for bodies.
  var reserved = 0
  var isListening = false
  /// Of the listener; see ``Listener/generation``.
  var generation: UInt64 = 0
  var isDraining = false

  /// Begins to accept.
  ///
  /// - Parameter bodyLimit: Asked for each request with a body. One that is longer is not taken: the
  ///   handler finds ``BodyRefusal/tooLarge(limit:)`` in its place.
  public init(
    listener: Listener, poller: Poller, limits: Limits = Limits(),
    bodyLimit: @escaping BodyLimit
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
      if connection.state == .streaming {
        enqueue(exchange)
      } else {
        settle(connection, exchange, connection.write(at: .now))
      }
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
    var streams = waitingOutput
    waitingOutput = []
    let turn = Array(streams.prefix(Responder.streamsAtATime))
    streams.removeFirst(turn.count)
    waitingOutput = streams
    for exchange in turn {
      guard let connection = connection(of: exchange) else { continue }
      connection.isQueued = false
      guard connection.state == .streaming else { continue }
      settle(connection, exchange, connection.advance(at: .now))
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

  func settle(
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

  func watch(_ connection: Connection, _ exchange: Exchange, _ interest: Poller.Interest) {
    do throws(Errno) {
      try poller.modify(connection.descriptor, interest, token: exchange.token)
    } catch {
      close(exchange)
    }
  }
}
