public import FastCGI

/// Metrics in the Prometheus text format, version 0.0.4.
public struct MetricsText {
  /// The type of a metric.
  public enum Kind: String, Sendable {
    case counter
    case gauge
    case histogram
  }

  private var text = ""

  public init() {}

  /// Adds the HELP and TYPE of a metric; its samples follow.
  public mutating func describe(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// Adds a sample.
  public mutating func sample(
    _ name: String, _ labels: [(name: String, value: String)] = [], _ value: Double
  ) {
    let number = Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    text += "\(name)\(MetricsText.format(labels)) \(number)\n"
  }

  /// Adds a metric with a single sample.
  public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    describe(name, kind, help)
    sample(name, [], value)
  }

  /// Adds `PREFIX_build_info`, which is always 1.
  public mutating func buildInfo(
    _ prefix: String, program: String, version: String, commit: String
  ) {
    let name = "\(prefix)_build_info"
    describe(name, .gauge, "Version and commit of the program.")
    sample(name, [("program", program), ("version", version), ("commit", commit)], 1)
  }

  /// Adds the buckets, sum and count of a histogram.
  public mutating func histogram(
    _ name: String, _ labels: [(name: String, value: String)] = [], _ snapshot: Histogram.Snapshot
  ) {
    var count: UInt64 = 0
    for (index, bound) in (Histogram.bounds + [.infinity]).enumerated() {
      count += snapshot.counts[index]
      let limit = bound.isInfinite ? "+Inf" : "\(bound)"
      sample("\(name)_bucket", labels + [("le", limit)], Double(count))
    }
    sample("\(name)_sum", labels, snapshot.seconds)
    sample("\(name)_count", labels, Double(count))
  }

  /// The response to a scrape.
  public func response() -> RenderedResponse {
    Response(
      status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
      headers: [("Cache-Control", "no-store")], body: Array(text.utf8)
    ).rendered()
  }

  private static func format(_ labels: [(name: String, value: String)]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.map { label in
      let value = label.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(label.name)=\"\(value)\""
    }
    return "{\(pairs.joined(separator: ","))}"
  }
}
