import Time

/// The remaining validity of a server's certificate.
struct CertificateLife {
  private static let day = 86_400

  /// Seconds; negative once expired.
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

  /// `certificate expires in 13 d`
  var sentence: String { "certificate \(end)" }

  /// `expires in 13 d`, `expired 2 h ago`
  var end: String {
    let length = duration(microseconds: Int64(left.magnitude) * 1_000_000)
    return left < 0 ? "expired \(length) ago" : "expires in \(length)"
  }
}
