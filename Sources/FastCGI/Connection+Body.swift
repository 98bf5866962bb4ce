internal import CFastCGI
internal import CLinux
internal import EventLoop
internal import SystemPackage

/// Receives request bodies, which may arrive after the head.
extension Connection {
  /// Lets libfcgi read the part of the body that has arrived, and collects the rest later.
  func collectBody(
    into buffer: UnsafeMutableRawBufferPointer, at now: ContinuousClock.Instant
  ) -> Arrival {
    collected.reserveCapacity(bodyLength)
    return collect(check, into: buffer, at: now)
  }

  /// Passes the request to the handler without its body.
  ///
  /// The web server may still be sending the body. Closing the connection after the response could lose
  /// the response, so the rest of the body is discarded instead.
  func refuseBody(
    _ refusal: BodyRefusal, _ buffer: UnsafeMutableRawBufferPointer,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    // What was validated with the head has been read.
    guard readBody(check.received, toEnd: check.isComplete, into: buffer, { _ in }) else {
      return .end(.badBodyLength)
    }
    enter(.answering, at: now)
    return .request(.refused(refusal))
  }

  /// Collects what has arrived since.
  func collect(
    into buffer: UnsafeMutableRawBufferPointer, step: Int, at now: ContinuousClock.Instant
  ) -> Arrival {
    let count = linux_peek(descriptor, buffer.baseAddress, buffer.count)
    if count == 0 { return .end(nil) }
    if count < 0 { return Errno.current == .wouldBlock ? .nothing : .end(nil) }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    var ahead = check
    do throws(Admission.Rejection) {
      guard let length = try ahead.admit(bytes, from: 0, step: step, limit: bodyLength) else {
        return .nothing
      }
      if ahead.isComplete, length < count { request.pointee.keepConnection = 0 }
    } catch {
      return .end(error)
    }
    return collect(ahead, into: buffer, at: now)
  }

  /// Lets libfcgi read the body as far as `next` has validated it.
  ///
  /// - Parameter buffer: A scratch buffer for the content.
  func collect(
    _ next: BodyCheck, into buffer: UnsafeMutableRawBufferPointer,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    // Moved instead of modified in place: see `check`.
    var bytes = collected
    collected = []
    let isRead = readBody(next.received - bytes.count, toEnd: next.isComplete, into: buffer) {
      bytes.append(contentsOf: $0)
    }
    guard isRead else { return .end(.badBodyLength) }
    check = next
    guard next.isComplete else {
      collected = bytes
      // The whole request has a single deadline.
      let begin = state == .parked ? now : since
      enter(.collecting, at: begin)
      return .more
    }
    guard next.received == bodyLength else { return .end(.badBodyLength) }
    enter(.answering, at: now)
    return .request(.whole(bytes))
  }

  /// Lets libfcgi read `count` bytes of the body that have arrived; returns whether it could.
  func readBody(
    _ count: Int, toEnd: Bool, into buffer: UnsafeMutableRawBufferPointer,
    _ take: (UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    // When asked for one more byte, it also reads the record that ends the body.
    var missing = toEnd ? count + 1 : count
    while missing > 0 {
      let wanted = min(missing, buffer.count)
      let content = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
      let read = Int(FCGX_GetStr(content, Int32(wanted), request.pointee.in))
      take(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
      missing -= read
      if read < wanted { break }
    }
    return FCGX_GetError(request.pointee.in) == 0 && missing == (toEnd ? 1 : 0)
  }

  /// Discards the rest of the body of a request that has been answered.
  func discard(
    into buffer: UnsafeMutableRawBufferPointer, at now: ContinuousClock.Instant
  ) -> Arrival {
    let count = linux_peek(descriptor, buffer.baseAddress, buffer.count)
    if count == 0 { return .end(nil) }
    if count < 0 { return Errno.current == .wouldBlock ? .nothing : .end(nil) }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    do throws(Admission.Rejection) {
      var next = check
      let length = try next.take(bytes, limit: bodyLength)
      check = next
      guard linux_receive(descriptor, buffer.baseAddress, length) == length else {
        return .end(nil)
      }
    } catch {
      return .end(error)
    }
    if check.isComplete { enter(.parked, at: now) }
    return .more
  }
}
