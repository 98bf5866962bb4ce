internal import Logging
internal import Time

/// Writes one line per message: time, level, label, text, and metadata as `key=value`. The systemd
/// journal has its own time and level, so it gets the level as a priority prefix.
///
/// Repeated warnings and errors from one place are rate-limited; `omitted` counts those dropped. See
/// ``LogRateLimiter``.
struct LineLogHandler: LogHandler {
  private let label: String
  private let sinks: [LogSink]
  private let limit: LogRateLimiter
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(
    label: String, level: Logger.Level, sinks: [LogSink], limit: LogRateLimiter = LogRateLimiter()
  ) {
    self.label = label
    self.limit = limit
    logLevel = level
    self.sinks = sinks
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// The maximum length of a message and of each metadata value, in bytes.
  private static let longest = 1024
  /// Client-supplied values come last, in this order, because an overlong line is truncated at its end.
  private static let ofClients = ["uri", "path", "change", "body"]

  func log(event: LogEvent) {
    var omitted = 0
    if event.level == .warning || event.level == .error {
      let place = LogRateLimiter.CallSite(label: label, file: event.file, line: event.line)
      guard let count = limit.admit(place, at: .now) else { return }
      omitted = count
    }
    var line = "\(label): \(LogText.message("\(event.message)", limit: LineLogHandler.longest))"
    var all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    if omitted > 0 { all["omitted"] = "\(omitted)" }
    let order = { (key: String) in LineLogHandler.ofClients.firstIndex(of: key) ?? -1 }
    for (key, value) in all.sorted(by: { (order($0.key), $0.key) < (order($1.key), $1.key) }) {
      line += " \(key)=\(LogText.value("\(value)", limit: LineLogHandler.longest))"
    }
    line += "\n"
    let now = Timestamp.now
    for sink in sinks {
      let beginning = sink.isJournal ? "<\(event.level.priority)>" : "\(now) \(event.level) "
      sink.write(beginning + line)
    }
  }
}

extension Logger.Level {
  /// The priority as in `syslog(3)`.
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
