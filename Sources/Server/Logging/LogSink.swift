internal import Glibc
internal import SystemPackage

/// Where log lines go.
struct LogSink: Sendable {
  /// Whether a line begins with its priority in angle brackets, for systemd's journal.
  let isJournal: Bool
  private let descriptor: Int32

  /// - Parameter journalStream: Which file is the journal, as device and inode; `JOURNAL_STREAM`.
  static func standardError(journalStream: String?) -> LogSink {
    // System's type: the struct of C is declared once more by whatever library includes its header, and
    // which of them the compiler means depends on the order of imports.
    let file = try? FileDescriptor.standardError.stat()
    let isJournal =
      file.map { "\($0.deviceID.rawValue):\($0.inode.rawValue)" == journalStream } ?? false
    return LogSink(STDERR_FILENO, isJournal: isJournal)
  }

  init(_ descriptor: Int32, isJournal: Bool) {
    self.descriptor = descriptor
    self.isJournal = isJournal
  }

  /// Opens a file, which is made when missing.
  init(appendingTo path: String) throws(Errno) {
    descriptor = try LogSink.open(path)
    isJournal = false
  }

  /// Goes on in the file that is at `path` now, which another program may have moved away.
  ///
  /// - Throws: `Errno`; then the file before stays in use.
  func reopen(_ path: String) throws(Errno) {
    let fresh = try LogSink.open(path)
    defer { close(fresh) }
    // The number stays, so that no thread writes into another file meanwhile.
    guard dup2(fresh, descriptor) >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
      throw Errno(rawValue: errno)
    }
  }

  private static func open(_ path: String) throws(Errno) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    return descriptor
  }

  /// What a pipe takes in one piece, and takes without waiting once it says that it is writable.
  static let longestLine = 4096

  /// One write a line, so that the lines of several threads stay whole. A log that cannot be written
  /// to (its disk is full, its reader has gone or does not read) must not stop the service: the line
  /// is dropped.
  func write(_ line: String) {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&state, 1, 0) == 1 else { return }
    let bytes = Array(LogText.bounded(line, to: LogSink.longestLine).utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}

/// Where a program logs to, for as long as it runs.
public struct LogOutput: Sendable {
  let file: (path: String, sink: LogSink)?

  /// Opens `LOG_FILE` anew, if it is set.
  public func reopen() throws {
    guard let file else { return }
    try file.sink.reopen(file.path)
  }
}
