internal import CFastCGI
internal import CLinux
internal import EventLoop
internal import SystemPackage

/// The body of a request, which need not come with its head.
extension Connection {
  /// Lets libfcgi read what it has of the body already, and then collects the rest as it comes.
  func collectBody(
    into buffer: UnsafeMutableRawBufferPointer, at now: ContinuousClock.Instant
  ) -> Arrival {
    collected.reserveCapacity(bodyLength)
    return collect(check, into: buffer, at: now)
  }

  /// Gives the request to the handler without its body.
  ///
  /// The web server need not have sent all of it, and may be sending it at this moment. The connection
  /// is not closed after the answer, as that could cost the answer: what is left is dropped.
  func refuseBody(
    _ refusal: BodyRefusal, _ buffer: UnsafeMutableRawBufferPointer,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    // What was validated with the head is behind this connection.
    guard readBody(check.received, toEnd: check.isComplete, into: buffer, { _ in }) else {
      return .end(.badBodyLength)
    }
    enter(.answering, at: now)
    return .request(.refused(refusal))
  }

  /// Collects what has come since.
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
  /// - Parameter buffer: Takes the content on its way.
  func collect(
    _ next: BodyCheck, into buffer: UnsafeMutableRawBufferPointer,
    at now: ContinuousClock.Instant
  ) -> Arrival {
    // Moved, not appended to where it is: see `check`.
    var bytes = collected
    collected = []
    let isRead = readBody(next.received - bytes.count, toEnd: next.isComplete, into: buffer) {
      bytes.append(contentsOf: $0)
    }
    guard isRead else { return .end(.badBodyLength) }
    check = next
    guard next.isComplete else {
      collected = bytes
      // The deadline is one for all of the request.
      let begin = state == .parked ? now : since
      enter(.collecting, at: begin)
      return .more
    }
    guard next.received == bodyLength else { return .end(.badBodyLength) }
    enter(.answering, at: now)
    return .request(.whole(bytes))
  }

  /// Lets libfcgi read so many bytes of the body, which are here; whether it agrees.
  func readBody(
    _ count: Int, toEnd: Bool, into buffer: UnsafeMutableRawBufferPointer,
    _ take: (UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    // Asked for one byte more, it reads the record that ends the body.
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

  /// Drops what is left of the body of a request that has been answered.
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
