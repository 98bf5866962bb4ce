internal import Glibc
internal import SystemPackage

/// A destination for log lines.
struct LogSink: Sendable {
  /// Whether lines get a priority prefix in angle brackets, for the systemd journal.
  let isJournal: Bool
  private let descriptor: Int32

  /// - Parameter journalStream: The journal's device and inode, from `JOURNAL_STREAM`.
  static func standardError(journalStream: String?) -> LogSink {
    // swift-system's stat: the C struct is redeclared by other imported libraries, and which one the
    // compiler picks depends on import order.
    let file = try? FileDescriptor.standardError.stat()
    let isJournal =
      file.map { "\($0.deviceID.rawValue):\($0.inode.rawValue)" == journalStream } ?? false
    return LogSink(STDERR_FILENO, isJournal: isJournal)
  }

  init(_ descriptor: Int32, isJournal: Bool) {
    self.descriptor = descriptor
    self.isJournal = isJournal
  }

  /// Opens a file for appending, creating it when missing.
  init(appendingTo path: String) throws(Errno) {
    descriptor = try LogSink.open(path)
    isJournal = false
  }

  /// Continues in a new file at `path`, for log rotation.
  ///
  /// - Throws: `Errno`; the previous file then stays in use.
  func reopen(_ path: String) throws(Errno) {
    let fresh = try LogSink.open(path)
    defer { close(fresh) }
    // dup2 keeps the descriptor number, so that no thread writes to another file in between.
    guard dup2(fresh, descriptor) >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
      throw Errno(rawValue: errno)
    }
  }

  private static func open(_ path: String) throws(Errno) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    return descriptor
  }

  /// PIPE_BUF: the largest write that is atomic and, once poll reports POLLOUT, does not block.
  static let longestLine = 4096

  /// Writes a line at once, so that lines of several threads do not interleave. A log that cannot be
  /// written (full disk, closed or stalled reader) must not block the service: the line is dropped.
  func write(_ line: String) {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&state, 1, 0) == 1 else { return }
    let bytes = Array(LogText.bounded(line, to: LogSink.longestLine).utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}

/// The log destinations of a running program.
public struct LogOutput: Sendable {
  let file: (path: String, sink: LogSink)?

  /// Reopens `LOG_FILE`, if set.
  public func reopen() throws {
    guard let file else { return }
    try file.sink.reopen(file.path)
  }
}
