internal import CFastCGI
internal import CLinux
internal import EventLoop

/// A reply that comes from a source, as fast as the web server takes it and not faster.
extension Connection {
  /// About as much as a unix socket holds: others come first then.
  private static let piecesAtATime = 4

  /// Begins to answer with `head` and what `source` gives; ``advance(at:)`` does it.
  func stream(_ head: [UInt8], from source: any ReplySource, at now: ContinuousClock.Instant) {
    precondition(state == .answering, "a request is answered once")
    stream = ReplyStream(source: source, head: head)
    if wantsHeadersOnly { stream?.isEnding = true }
    enter(.streaming, at: now)
  }

  /// Whether the web server is waited for, not the source.
  var isOwedProgress: Bool { stream.map { !$0.isPending || $0.waiting > 0 } ?? false }

  /// Notes that the source has something; false when it was not waited for.
  func resumeStream(at now: ContinuousClock.Instant) -> Bool {
    guard stream?.isPending == true else { return false }
    stream?.isPending = false
    since = now
    return true
  }

  /// Ends an endless reply after what has been rendered of it; false when it has an end of its own.
  func endEndlessStream(at now: ContinuousClock.Instant) -> Bool {
    guard let stream, stream.source.isEndless, !stream.isEnding else { return false }
    self.stream?.isEnding = true
    _ = resumeStream(at: now)
    return true
  }

  /// Tells the source that it is not asked any more.
  func endStream(_ reason: ReplyEnd) {
    guard let source = stream?.source else { return }
    stream = nil
    source.end(reason)
  }

  /// Sends what there is room for, and ends the reply when its source does.
  func advance(at now: ContinuousClock.Instant) -> Progress {
    for _ in 0..<Connection.piecesAtATime {
      if !isOwedProgress {
        // Nothing is kept for one that rests.
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

  /// Asks the source until a piece is full, or nothing comes; false when it has failed.
  private func fill() -> Bool {
    guard var buffer = stream?.buffer, let offset = stream?.offset, let source = stream?.source,
      stream?.isEnding == false, stream?.isPending == false,
      buffer.count - offset < Connection.piece
    else { return true }
    // It is lent to the source, which must not find the connection in use meanwhile.
    stream?.buffer = []
    buffer.removeFirst(offset)
    stream?.offset = 0
    defer { stream?.buffer = buffer }
    while buffer.count < Connection.piece {
      let before = buffer.count
      // Set before, as the source may call back before it returns.
      stream?.isPending = true
      switch source.next(into: &buffer) {
      case .more:
        stream?.isPending = false
        precondition(buffer.count > before, "a source that has more gives some of it")
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
