/// The source of a streamed response body, such as a database cursor.
///
/// Called only on the responder's thread, and only when the web server has room for more.
public protocol ReplySource: AnyObject {
  /// Whether it continues until the client disconnects. Such a response ends cleanly when the responder
  /// drains; others are given time to finish.
  var isEndless: Bool { get }

  /// Appends the next bytes to `buffer`, preferably a few KiB: whatever exceeds a piece stays in memory
  /// until the client has read what precedes it.
  func next(into buffer: inout [UInt8]) -> ReplyStep

  /// Called once, after the last call of ``next(into:)``.
  func end(_ reason: ReplyEnd)
}

/// What follows the bytes just appended.
public enum ReplyStep: Sendable {
  /// There is more; some was appended.
  case more
  /// Nothing yet: ``Responder/resumeStream(_:)`` will be called when there is.
  case pending
  /// The end; the response is complete.
  case end
  /// An error. The connection is aborted, so that the client does not take the response as complete.
  case failure
}

/// How a streamed response ended.
public enum ReplyEnd: Sendable {
  /// Sent completely, or as far as wanted: headers only, or an endless response until the drain.
  case complete
  /// The source failed and the connection was aborted.
  case failed
  /// The client disconnected.
  case abandoned
  /// The client read nothing for too long and the connection was aborted.
  case stalled
  /// The responder ended and the connection was aborted.
  case cut
}

/// A streamed response in progress.
struct ReplyStream {
  let source: any ReplySource
  /// Unsent bytes of the head or source, from `offset` on.
  var buffer: [UInt8]
  var offset = 0
  /// Whether the source has nothing and will call back.
  var isPending = false
  /// Whether the source is finished.
  var isEnding = false

  init(source: any ReplySource, head: [UInt8]) {
    self.source = source
    buffer = head
  }

  var waiting: Int { buffer.count - offset }
}
