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
    /// A part of a request has come.
    case receiving
    /// The handler has the request.
    case answering
    /// The answer waits for room in the socket.
    case writing
  }

  /// What a look at the socket has brought.
  enum Arrival {
    case nothing
    case part
    case request(body: [UInt8])
    /// The peer has gone, or sent what cannot be understood.
    case end(Admission.Rejection?)
  }

  /// What fits into libfcgi's buffer with the records that end a request, and so leaves in one write.
  private static let oneWrite = 8192 - 8 - 8 - 16
  /// The content of the record that fills libfcgi's buffer.
  private static let piece = 8192 - 8
  /// A web server asks for values once, if ever.
  private static let mostManagementRecords = 64

  let descriptor: Int32
  private(set) var state = State.parked
  /// When `state` began, or was last seen to make progress.
  private(set) var since: ContinuousClock.Instant
  /// Something has come that nobody has looked at.
  var hasInput = false

  // libfcgi's streams point back at the request: it must not move.
  private let request: UnsafeMutablePointer<FCGX_Request>
  private var managementRecords = 0
  private var wantsHeadersOnly = false
  private var answer = RenderedResponse(status: 0, bytes: [], headerLength: 0)
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
    if request.pointee.ipcFd >= 0 {
      FCGX_Detach(request)
      request.pointee.keepConnection = 0
      // Frees the streams of a request that was never answered, and closes the descriptor.
      FCGX_Free(request, 1)
    }
    request.deallocate()
  }

  /// The parameters of the request that the handler has.
  var parameters: FCGX_ParamArray { request.pointee.envp }

  /// Looks at what has come, and takes in a request once it is whole.
  func receive(
    into buffer: UnsafeMutableRawBufferPointer, limits: Admission.Limits,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    hasInput = false
    while true {
      let count = linux_peek(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return .end(nil) }
      if count < 0 { return Errno.current == .wouldBlock ? .nothing : .end(nil) }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      switch Admission.examine(bytes, limits: limits) {
      case .incomplete:
        if state == .parked { enter(.receiving, at: now) }
        return .part
      case .leftover(let length):
        guard take(length, buffer) else { return .end(nil) }
      case .management(let length, let answer):
        managementRecords += 1
        guard managementRecords <= Connection.mostManagementRecords, take(length, buffer),
          linux_send(descriptor, answer, answer.count) == answer.count
        else { return .end(nil) }
      case .rejected(let reason):
        return .end(reason)
      case .request(_, let isFollowed):
        guard let body = begin(isFollowed: isFollowed, buffer) else { return .end(.badParameters) }
        enter(.answering, at: now)
        return .request(body: body)
      }
    }
  }

  /// Begins to answer; true when the answer has left and the connection is open for the next request.
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

  enum Progress {
    case finished
    /// The rest has to wait until the descriptor is writable.
    case waiting
    case closed
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
    answer.bytes.withUnsafeBytes { bytes in
      let start = bytes.baseAddress! + written
      _ = FCGX_PutStr(
        start.assumingMemoryBound(to: CChar.self), Int32(count), request.pointee.out)
    }
    written += count
  }

  private func finish(at now: ContinuousClock.Instant) -> Progress {
    answer = RenderedResponse(status: 0, bytes: [], headerLength: 0)
    FCGX_Finish_r(request)
    guard request.pointee.ipcFd >= 0 else { return .closed }
    enter(.parked, at: now)
    return .finished
  }

  private func enter(_ next: State, at now: ContinuousClock.Instant) {
    state = next
    since = now
  }

  /// Hands a request that is known to be whole to libfcgi; gives its body, or nil when libfcgi or
  /// the length of the body disagrees.
  private func begin(isFollowed: Bool, _ buffer: UnsafeMutableRawBufferPointer) -> [UInt8]? {
    // Without this libfcgi closes the descriptor before it reads the next request.
    request.pointee.keepConnection = 1
    // A close is to be a close: undetached, libfcgi waits up to two seconds for the peer.
    FCGX_Detach(request)
    guard FCGX_Accept_r(request) == 0, FCGX_GetError(request.pointee.in) == 0 else { return nil }
    // What follows is lost in libfcgi's buffer: better an end than a wait without end.
    if isFollowed { request.pointee.keepConnection = 0 }
    var body: [UInt8] = []
    while true {
      let count = FCGX_GetStr(
        buffer.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(buffer.count),
        request.pointee.in)
      body.append(contentsOf: buffer[..<Int(max(count, 0))])
      if count < buffer.count { break }
    }
    guard FCGX_GetError(request.pointee.in) == 0 else { return nil }
    let announced = FCGX_GetParam("CONTENT_LENGTH", parameters).map { String(cString: $0) } ?? ""
    guard announced.isEmpty ? body.isEmpty : Int(announced) == body.count else { return nil }
    wantsHeadersOnly =
      FCGX_GetParam("REQUEST_METHOD", parameters).map { strcmp($0, "HEAD") == 0 } ?? false
    return body
  }

  private func take(_ length: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    linux_receive(descriptor, buffer.baseAddress, length) == length
  }
}
