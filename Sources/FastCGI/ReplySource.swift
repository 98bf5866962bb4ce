/// Where the body of a streamed reply comes from, such as a database cursor.
///
/// All of it is called on the responder's thread, and only when the web server has room for more.
public protocol ReplySource: AnyObject {
  /// Whether it goes on until the client leaves. Such a reply ends cleanly when the responder drains;
  /// another is given the time to come to its end.
  var isEndless: Bool { get }

  /// Appends the next bytes to `buffer`, at best a few KiB: as many more than a piece as a call
  /// appends stay in memory until the client has taken what is before them.
  func next(into buffer: inout [UInt8]) -> ReplyStep

  /// Called once, when nothing more will be asked.
  func end(_ reason: ReplyEnd)
}

/// What a source says of the bytes after those that it has just given.
public enum ReplyStep: Sendable {
  /// There are more; the source has given some now.
  case more
  /// There are none yet: ``Responder/resumeStream(_:)`` is called when there are.
  case pending
  /// There are none; the reply is complete.
  case end
  /// They cannot be had. The client is cut off, so that it does not take the reply for complete.
  case failure
}

/// How a streamed reply came to its end.
public enum ReplyEnd: Sendable {
  /// The web server has all of it, or as much as was wanted: the headers alone, an endless one up to
  /// the drain.
  case complete
  /// The source failed; the client was cut off.
  case failed
  /// The client has gone.
  case abandoned
  /// The client took nothing for too long, and was cut off.
  case stalled
  /// The responder ended; the client was cut off.
  case cut
}

/// A streamed reply under way.
struct ReplyStream {
  let source: any ReplySource
  /// Bytes of the source, or of the head, that have not left yet, from `offset` on.
  var buffer: [UInt8]
  var offset = 0
  /// The source has nothing, and calls when it has.
  var isPending = false
  /// The source is not asked any more.
  var isEnding = false

  init(source: any ReplySource, head: [UInt8]) {
    self.source = source
    buffer = head
  }

  var waiting: Int { buffer.count - offset }
}
