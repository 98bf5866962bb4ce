internal import Glibc
internal import Logging
internal import Signals

/// Writes one line for each message: time, level, label, text, and what goes with it as `key=value`.
struct LineLogHandler: LogHandler {
  private let label: String
  private let sinks: [LogSink]
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(label: String, level: Logger.Level, sinks: [LogSink]) {
    self.label = label
    logLevel = level
    self.sinks = sinks
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line =
      "\(Timestamp.now) \(event.level) \(label): \(LineLogHandler.oneLine("\(event.message)"))"
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\(LineLogHandler.quoted("\(value)"))"
    }
    line += "\n"
    for sink in sinks { sink.write(line) }
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

/// Where log lines go.
struct LogSink: Sendable {
  private let descriptor: Int32

  static let standardError = LogSink(descriptor: STDERR_FILENO)

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// Nil when the file can be neither opened nor made.
  init?(appendingTo path: String) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
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
