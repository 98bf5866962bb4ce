import Signals

/// How long a server's certificate is still good.
struct CertificateLife {
  private static let day = 86_400

  /// Seconds; negative when it has ended.
  let left: Double
  private let warning: AlertRange?
  private let critical: AlertRange?

  /// - Parameter ends: In seconds since 1970 UTC.
  init(ends: Int64, now: Timestamp, warningDays: Int = 14, criticalDays: Int = 3) {
    left = Double(ends) - Double(now.microseconds / 1_000_000)
    warning = AlertRange("\(warningDays * Self.day):")
    critical = AlertRange("\(criticalDays * Self.day):")
  }

  var measurement: Measurement {
    Measurement("certificate", left, .seconds, warning: warning, critical: critical)
  }

  /// `the certificate ends in 13 d`
  var sentence: String { "the certificate \(end)" }

  /// `ends in 13 d`, `ended 2 h ago`
  var end: String {
    let length = duration(microseconds: Int64(left.magnitude) * 1_000_000)
    return left < 0 ? "ended \(length) ago" : "ends in \(length)"
  }
}
