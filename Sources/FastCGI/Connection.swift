internal import CFastCGI
internal import CLinux
internal import EventLoop
internal import Glibc
internal import SystemPackage

/// A connection from the web server.
///
/// The descriptor is non-blocking. libfcgi treats EAGAIN as a broken stream, which is correct here: it
/// only reads bytes known to have arrived, and only writes when there is known to be room, or has been
/// for a peer that reads its responses.
final class Connection {
  enum State {
    /// Between requests.
    case parked
    /// Part of a request's head has arrived.
    case receiving
    /// The head is complete, the body is arriving.
    case collecting
    /// The handler has the request.
    case answering
    /// The response waits for room in the socket.
    case writing
    /// The response comes from a source, piece by piece.
    case streaming
    /// The response was sent before the whole body had arrived; the rest of the body is being
    /// discarded.
    case discarding
  }

  /// The result of reading from the socket.
  enum Arrival {
    case nothing
    /// Some input was consumed and there may be more; let others have their turn.
    case more
    /// The head of a request with a body of this length, to be collected or refused.
    case head(bodyLength: Int)
    /// A request for the handler.
    case request(Request.Body)
    /// The peer has closed the connection or violated the protocol.
    case end(Admission.Rejection?)
  }

  enum Progress {
    case finished
    /// Wait until the descriptor is writable.
    case waiting
    /// The source has nothing at the moment.
    case pending
    /// There is more to write, and room; let others have their turn.
    case more
    case closed
  }

  /// What fits in libfcgi's buffer along with the records that end a request, to be sent in one write.
  static let oneWrite = 8192 - 8 - 8 - 16
  /// The content of a record that fills libfcgi's buffer.
  static let piece = 8192 - 8
  /// A web server asks for values at most once.
  private static let mostManagementRecords = 64

  let descriptor: Int32
  private(set) var state = State.parked
  /// When `state` was entered or last made progress.
  var since: ContinuousClock.Instant
  /// Whether unread input may have arrived.
  var hasInput = false
  /// Whether the poller also watches for room in the socket.
  var isWatchedForRoom = false
  /// Whether its streamed reply is queued to go on.
  var isQueued = false
  /// Bytes that the responder has reserved for the body.
  var reservation = 0

  // libfcgi's streams point back to the request, so it must not move.
  let request: UnsafeMutablePointer<FCGX_Request>
  /// The state of the current body at libfcgi's read position. Only ever assigned as a whole, so that
  /// the compiler can prove exclusive access statically.
  var check = BodyCheck(requestID: 0)
  /// The length of the body, as announced by the web server.
  private(set) var bodyLength = 0
  /// The part of the body collected so far.
  var collected: [UInt8] = []
  var stream: ReplyStream?
  private var managementRecords = 0
  private(set) var wantsHeadersOnly = false
  private var answer = RenderedResponse.none
  private var answerLength = 0
  private var written = 0

  init(taking socket: consuming OwnedDescriptor, at now: ContinuousClock.Instant) {
    descriptor = socket.release()
    since = now
    request = .allocate(capacity: 1)
    FCGX_InitRequest(request, -1, 0)
    request.pointee.ipcFd = descriptor
  }

  deinit {
    endStream(.cut)
    if request.pointee.ipcFd >= 0 {
      FCGX_Detach(request)
      request.pointee.keepConnection = 0
      // Frees the streams of an unanswered request, and closes the descriptor.
      FCGX_Free(request, 1)
    }
    request.deallocate()
  }

  /// Whether a request, or the rest of one, is arriving.
  var isReceiving: Bool { state == .receiving || state == .collecting || state == .discarding }

  /// The parameters of the current request.
  var parameters: FCGX_ParamArray { request.pointee.envp }

  /// Reads what has arrived, and accepts a request once it is complete.
  func receive(
    into buffer: UnsafeMutableRawBufferPointer, limits: Admission.Limits,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    hasInput = false
    if state == .collecting { return collect(into: buffer, step: limits.step, at: now) }
    if state == .discarding {
      let arrival = discard(into: buffer, at: now)
      if state == .discarding { return arrival }
    }
    while true {
      let count = linux_peek(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return .end(nil) }
      if count < 0 { return Errno.current == .wouldBlock ? .nothing : .end(nil) }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      switch Admission.examine(bytes, limits: limits) {
      case .incomplete:
        if state == .parked { enter(.receiving, at: now) }
        return .nothing
      case .leftover(let length):
        guard take(length, buffer) else { return .end(nil) }
      case .management(let length, let answer):
        managementRecords += 1
        guard managementRecords <= Connection.mostManagementRecords, take(length, buffer),
          linux_send(descriptor, answer, answer.count) == answer.count
        else { return .end(nil) }
      case .rejected(let reason):
        return .end(reason)
      case .request(let opening):
        return begin(opening, buffer, at: now)
      }
    }
  }

  /// Starts to respond; finished when the response has been sent and the connection is ready for the
  /// next request.
  func respond(with response: RenderedResponse, at now: ContinuousClock.Instant) -> Progress {
    precondition(state == .answering, "request already answered")
    answer = response
    answerLength = wantsHeadersOnly ? response.headerLength : response.bytes.count
    written = 0
    if answerLength <= Connection.oneWrite {
      put(answerLength)
      return finish(at: now)
    }
    enter(.writing, at: now)
    return write(at: now)
  }

  /// Writes as much of the response as there is room for.
  func write(at now: ContinuousClock.Instant) -> Progress {
    while written < answerLength {
      guard linux_is_writable(descriptor) == 1 else { return .waiting }
      put(min(Connection.piece, answerLength - written))
      FCGX_FFlush(request.pointee.out)
      if FCGX_GetError(request.pointee.out) != 0 { break }
      since = now
    }
    return finish(at: now)
  }

  private func put(_ count: Int) {
    put(answer.bytes[written..<written + count])
    written += count
  }

  /// Passes bytes to libfcgi, which sends them when its buffer is full or flushed.
  func put(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      _ = FCGX_PutStr(
        start.assumingMemoryBound(to: CChar.self), Int32(bytes.count), request.pointee.out)
    }
  }

  /// Ends the request.
  func finish(at now: ContinuousClock.Instant) -> Progress {
    answer = .none
    FCGX_Finish_r(request)
    guard request.pointee.ipcFd >= 0 else { return .closed }
    enter(check.isComplete ? .parked : .discarding, at: now)
    return .finished
  }

  func enter(_ next: State, at now: ContinuousClock.Instant) {
    state = next
    since = now
  }

  /// Passes the front of a request, which has arrived, to libfcgi.
  private func begin(
    _ opening: Admission.Opening, _ buffer: UnsafeMutableRawBufferPointer,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    // Otherwise libfcgi closes the descriptor before reading the next request.
    request.pointee.keepConnection = 1
    // Close at once: unless detached, libfcgi waits up to two seconds for the peer.
    FCGX_Detach(request)
    guard FCGX_Accept_r(request) == 0, FCGX_GetError(request.pointee.in) == 0 else {
      return .end(.badParameters)
    }
    // Pipelined bytes are lost in libfcgi's buffer: close the connection rather than wait forever.
    if opening.isFollowed { request.pointee.keepConnection = 0 }
    check = opening.body
    let announced = FCGX_GetParam("CONTENT_LENGTH", parameters).map { String(cString: $0) } ?? ""
    guard let length = announced.isEmpty ? 0 : Int(announced), length >= check.announced else {
      return .end(.badBodyLength)
    }
    wantsHeadersOnly =
      FCGX_GetParam("REQUEST_METHOD", parameters).map { strcmp($0, "HEAD") == 0 } ?? false
    bodyLength = length
    guard length == 0, check.isComplete else { return .head(bodyLength: length) }
    guard readBody(0, toEnd: true, into: buffer, { _ in }) else { return .end(.badBodyLength) }
    enter(.answering, at: now)
    return .request(.whole([]))
  }

  private func take(_ length: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    linux_receive(descriptor, buffer.baseAddress, length) == length
  }
}
