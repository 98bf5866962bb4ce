internal import Glibc
internal import Logging
internal import Signals
internal import SystemPackage

/// Writes one line for each message: time, level, label, text, and what goes with it as `key=value`. The
/// journal has a time and a level of its own: it is told the level as its priority.
///
/// Of warnings and errors that come again and again from one place some are left out: `omitted` says how
/// many. See ``LogLimit``.
struct LineLogHandler: LogHandler {
  private let label: String
  private let sinks: [LogSink]
  private let limit: LogLimit
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(label: String, level: Logger.Level, sinks: [LogSink], limit: LogLimit = LogLimit()) {
    self.label = label
    self.limit = limit
    logLevel = level
    self.sinks = sinks
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var omitted = 0
    if event.level == .warning || event.level == .error {
      let place = LogLimit.Place(label: label, file: event.file, line: event.line)
      guard let count = limit.admit(place, at: .now) else { return }
      omitted = count
    }
    var line = "\(label): \(LineLogHandler.oneLine("\(event.message)"))"
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\(LineLogHandler.quoted("\(value)"))"
    }
    if omitted > 0 { line += " omitted=\(omitted)" }
    line += "\n"
    let now = Timestamp.now
    for sink in sinks {
      let beginning = sink.isJournal ? "<\(event.level.priority)>" : "\(now) \(event.level) "
      sink.write(beginning + line)
    }
  }

  /// What comes from outside must not be able to write a line of its own.
  private static func oneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        escaped.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
  }

  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && !text.unicodeScalars.contains { isControl($0) || " \"=\\".unicodeScalars.contains($0) }
    if isPlain { return text }
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(oneLine(escaped))\""
  }
}

extension Logger.Level {
  /// As `syslog(3)` counts.
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}

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

  /// Nil when the file can be neither opened nor made.
  init?(appendingTo path: String) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    isJournal = false
    if descriptor < 0 { return nil }
  }

  /// What a pipe takes in one piece, and takes without waiting once it says that it is writable.
  private static let longestLine = 4096

  /// One write a line, so that the lines of several threads stay whole. A log that cannot be written
  /// to (its disk is full, its reader has gone or does not read) must not stop the service: the line
  /// is dropped.
  func write(_ line: String) {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&state, 1, 0) == 1 else { return }
    var bytes = Array(line.utf8)
    if bytes.count > LogSink.longestLine {
      bytes = Array(bytes.prefix(LogSink.longestLine - 4)) + Array("…\n".utf8)
    }
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}
