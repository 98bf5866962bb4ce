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
    let line = oneLine(text)
    let isPlain = !line.isEmpty && !line.contains { $0 == " " || $0 == "\"" || $0 == "=" }
    return isPlain ? line : "\"\(line.replacing("\"", with: "\\\""))\""
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

  /// One write a line, so that the lines of several threads stay whole. A log that cannot be written
  /// to (its disk is full, its reader has gone) must not stop the service.
  func write(_ line: String) {
    var line = line
    line.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
