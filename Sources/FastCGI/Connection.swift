internal import CFastCGI
internal import CLinux
internal import EventLoop
internal import Glibc
internal import SystemPackage

/// One connection of the web server: parked, at work for one request, or being written to.
///
/// The descriptor does not block. libfcgi takes EAGAIN for a dead stream, and that is right here: it
/// reads only what is known to have come, and writes only into room that is known to be there or
/// that a peer which takes its answers has left.
final class Connection {
  enum State {
    /// Between two requests.
    case parked
    /// A part of a request's head has come.
    case receiving
    /// The head is known, the body is still coming.
    case collecting
    /// The handler has the request.
    case answering
    /// The answer waits for room in the socket.
    case writing
    /// The answer comes from a source, piece by piece.
    case streaming
    /// The answer has left before the body of its request had come; what is left of that is dropped.
    case discarding
  }

  /// What a look at the socket has brought.
  enum Arrival {
    case nothing
    /// Something was taken, and more may be there: others come first.
    case more
    /// The head of a request whose body has so many bytes, to be collected or refused.
    case head(bodyLength: Int)
    /// A request, to be given to the handler.
    case request(Request.Body)
    /// The peer has gone, or sent what cannot be understood.
    case end(Admission.Rejection?)
  }

  enum Progress {
    case finished
    /// The rest has to wait until the descriptor is writable.
    case waiting
    /// The source has nothing at present.
    case pending
    /// There is more to write, and room: others come first.
    case more
    case closed
  }

  /// What fits into libfcgi's buffer with the records that end a request, and so leaves in one write.
  static let oneWrite = 8192 - 8 - 8 - 16
  /// The content of the record that fills libfcgi's buffer.
  static let piece = 8192 - 8
  /// A web server asks for values once, if ever.
  private static let mostManagementRecords = 64

  let descriptor: Int32
  private(set) var state = State.parked
  /// When `state` began, or was last seen to make progress.
  var since: ContinuousClock.Instant
  /// Something has come that nobody has looked at.
  var hasInput = false
  /// Whether the poller tells of room in the socket as well.
  var isWatchedForRoom = false
  /// Bytes that the responder has set aside for the body.
  var reservation = 0

  // libfcgi's streams point back at the request: it must not move.
  let request: UnsafeMutablePointer<FCGX_Request>
  /// What is known of the body of the present request, from where libfcgi reads next. It is only ever
  /// assigned to: the compiler can then tell that no two uses overlap, and each costs nothing.
  var check = BodyCheck(requestID: 0)
  /// How long the body is, as the web server announced it.
  private(set) var bodyLength = 0
  /// What has been collected of it.
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
      // Frees the streams of a request that was never answered, and closes the descriptor.
      FCGX_Free(request, 1)
    }
    request.deallocate()
  }

  /// Whether a request, or the rest of one, is on its way.
  var isReceiving: Bool { state == .receiving || state == .collecting || state == .discarding }

  /// The parameters of the request that the handler has.
  var parameters: FCGX_ParamArray { request.pointee.envp }

  /// Looks at what has come, and takes in a request once it is whole.
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

  /// Begins to answer; finished when the answer has left and the connection is open for the next
  /// request.
  func respond(with response: RenderedResponse, at now: ContinuousClock.Instant) -> Progress {
    precondition(state == .answering, "a request is answered once")
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

  /// Writes as much of the answer as there is room for.
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

  /// Hands bytes to libfcgi, which sends them when its buffer is full or flushed.
  func put(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      _ = FCGX_PutStr(
        start.assumingMemoryBound(to: CChar.self), Int32(bytes.count), request.pointee.out)
    }
  }

  /// Ends the request towards the web server.
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

  /// Hands the front of a request to libfcgi, which is known to be here.
  private func begin(
    _ opening: Admission.Opening, _ buffer: UnsafeMutableRawBufferPointer,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    // Without this libfcgi closes the descriptor before it reads the next request.
    request.pointee.keepConnection = 1
    // A close is to be a close: undetached, libfcgi waits up to two seconds for the peer.
    FCGX_Detach(request)
    guard FCGX_Accept_r(request) == 0, FCGX_GetError(request.pointee.in) == 0 else {
      return .end(.badParameters)
    }
    // What follows is lost in libfcgi's buffer: better an end than a wait without end.
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
