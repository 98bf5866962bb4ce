internal import CFastCGI
internal import CLinux
internal import EventLoop

/// Streams a response from a source, no faster than the web server reads it.
extension Connection {
  /// About as much as a unix socket buffers; then other connections get their turn.
  private static let piecesAtATime = 4

  /// Starts a response with `head` and the output of `source`; ``advance(at:)`` does the work.
  func stream(_ head: [UInt8], from source: any ReplySource, at now: ContinuousClock.Instant) {
    precondition(state == .answering, "request already answered")
    stream = ReplyStream(source: source, head: head)
    if wantsHeadersOnly { stream?.isEnding = true }
    enter(.streaming, at: now)
  }

  /// Whether it waits for the web server rather than the source.
  var isOwedProgress: Bool { stream.map { !$0.isPending || $0.waiting > 0 } ?? false }

  /// Records that the source has more; false when the source was not awaited.
  func resumeStream(at now: ContinuousClock.Instant) -> Bool {
    guard stream?.isPending == true else { return false }
    stream?.isPending = false
    since = now
    return true
  }

  /// Ends an endless response after what has been produced; false for a finite one.
  func endEndlessStream(at now: ContinuousClock.Instant) -> Bool {
    guard let stream, stream.source.isEndless, !stream.isEnding else { return false }
    self.stream?.isEnding = true
    _ = resumeStream(at: now)
    return true
  }

  /// Tells the source that it will not be called again.
  func endStream(_ reason: ReplyEnd) {
    guard let source = stream?.source else { return }
    stream = nil
    source.end(reason)
  }

  /// Sends as much as there is room for, and ends the response when the source ends.
  func advance(at now: ContinuousClock.Instant) -> Progress {
    for _ in 0..<Connection.piecesAtATime {
      if !isOwedProgress {
        // Idle streams hold no buffer.
        stream?.buffer = []
        stream?.offset = 0
        return .pending
      }
      guard linux_is_writable(descriptor) == 1 else { return .waiting }
      guard fill(), let stream else {
        endStream(.failed)
        return .closed
      }
      let count = min(Connection.piece, stream.waiting)
      let isLast = stream.isEnding && count == stream.waiting
      if count > 0 {
        put(stream.buffer[stream.offset..<stream.offset + count])
        self.stream?.offset += count
        since = now
        if !isLast || count > Connection.oneWrite { FCGX_FFlush(request.pointee.out) }
      }
      if FCGX_GetError(request.pointee.out) != 0 {
        endStream(.abandoned)
        return .closed
      }
      if isLast {
        let progress = finish(at: now)
        endStream(.complete)
        return progress
      }
    }
    return .more
  }

  /// Calls the source until a piece is full or it has no more; false when it fails.
  private func fill() -> Bool {
    guard var buffer = stream?.buffer, let offset = stream?.offset, let source = stream?.source,
      stream?.isEnding == false, stream?.isPending == false,
      buffer.count - offset < Connection.piece
    else { return true }
    // Lent to the source; the connection must not use it meanwhile.
    stream?.buffer = []
    buffer.removeFirst(offset)
    stream?.offset = 0
    defer { stream?.buffer = buffer }
    while buffer.count < Connection.piece {
      let before = buffer.count
      // Set beforehand, since the source may call back before it returns.
      stream?.isPending = true
      switch source.next(into: &buffer) {
      case .more:
        stream?.isPending = false
        precondition(buffer.count > before, "a source that returns more must append some")
      case .pending:
        return true
      case .end:
        stream?.isPending = false
        stream?.isEnding = true
        return true
      case .failure:
        return false
      }
    }
    return true
  }
}
