import SignalsAPI
import Time

/// The reports of the checks. Texts are short, as pagers cut them at 79 characters.
extension ProbeReport {
  typealias Limits = (warning: AlertRange?, critical: AlertRange?)

  /// - Parameters:
  ///   - duration: The response time.
  ///   - certificate: nil without TLS.
  init(
    health report: API.Health, isGood: Bool, within duration: Duration, limits: Limits,
    certificate: CertificateLife?
  ) {
    let checks = report.namedChecks
    let age = report.newestReadingAge
    let time = Measurement(
      "time", Double(duration.microseconds) / 1_000_000, .seconds, warning: limits.warning,
      critical: limits.critical)
    let measurements = [
      time, age.map { Measurement("age", $0, .seconds) },
      report.readingsAhead.map { Self.ahead($0) }, certificate?.measurement,
    ].compactMap(\.self)
    let text =
      !isGood
      ? report.status
      : report.readingsAhead.map { Self.sentence(ahead: $0) } ?? certificate.flatMap {
        $0.measurement.probeStatus == .ok ? nil : $0.sentence
      }
        ?? (time.probeStatus == .ok ? "healthy" : "response took \(Self.seconds(time.value))")
        + (age.map { ", newest reading \(Self.seconds($0)) old" } ?? "")
    self.init(
      text, measurements,
      besides: checks.map(\.check.probeStatus) + (isGood ? [] : [.critical]))
    details =
      checks.map { name, check in
        let unit = check.observedUnit.map { " \($0)" } ?? ""
        let value = check.observedValue.map { " \(Number(value: $0))\(unit)" } ?? ""
        return "\(name): \(check.status)\(value)\(check.output.map { ": \($0)" } ?? "")"
      } + (certificate.map { [$0.sentence] } ?? [])
  }

  /// - Parameter name: `power of machine-1`
  init(freshness probe: ReadingProbe, of name: String, limits: Limits) {
    guard let age = probe.age, let newest = probe.readings.first else {
      self.init(absenceIn: probe, of: name)
      return
    }
    self.init(
      "\(name) is \(Self.seconds(age)) old",
      [
        Measurement(
          "age", age, .seconds, warning: limits.warning, critical: limits.critical, from: 0)
      ], ahead: probe.ahead)
    details = ["newest at \(newest.timestamp) from \(newest.machine)"]
  }

  init(rate probe: ReadingProbe, of name: String, limits: Limits) {
    guard let newest = probe.readings.first else {
      self.init(absenceIn: probe, of: name)
      return
    }
    let rate = Measurement(
      "rate", (probe.rate * 100).rounded() / 100, warning: limits.warning,
      critical: limits.critical, from: 0)
    self.init(
      "\(name) rate is \(rate.value.withoutExponent)/s\(rate.reason)", [rate], ahead: probe.ahead)
    details = [
      "\(count(probe.readings.count, "reading")), newest at \(newest.timestamp)"
    ]
  }

  /// Reports the worst of the machines' newest readings.
  ///
  /// - Parameter maximumAge: In seconds. Older readings are of removed machines, and critical when there
  ///   are no others.
  init(values probe: ReadingProbe, of name: String, noOlderThan maximumAge: Double, limits: Limits)
  {
    guard let age = probe.age else {
      self.init(absenceIn: probe, of: name)
      return
    }
    guard age <= maximumAge else {
      self.init(.critical, "the newest reading of \(name) is \(Self.seconds(age)) old")
      return
    }
    let values = probe.newestOfEachMachine(noOlderThan: maximumAge).map { reading in
      (
        reading: reading,
        measurement: Measurement(
          "value", reading.value, warning: limits.warning, critical: limits.critical)
      )
    }
    let worst = ProbeStatus.worst(values.map(\.measurement.probeStatus))
    guard let (reading, value) = values.first(where: { $0.measurement.probeStatus == worst }) else {
      preconditionFailure("the newest reading is within maximumAge")
    }
    let whose = values.count > 1 ? "\(name) of \(reading.machine)" : name
    self.init(
      "\(whose) is \(value.value.withoutExponent)\(value.reason)", [value], ahead: probe.ahead)
    details = values.map {
      "\($0.reading.machine): \($0.reading.value.withoutExponent) at \($0.reading.timestamp)"
    }
  }

  init(spoolOf producer: API.Producer, now: Timestamp, limits: Limits) {
    let spool = producer.spool
    let full = Measurement(
      "full", (spool.percentFull * 100).rounded() / 100, .percent, warning: limits.warning,
      critical: limits.critical, from: 0, to: 100)
    let age = spool.oldest.map { Double(max(0, now - $0)) / 1_000_000 } ?? 0
    let waiting = "\(full.value.withoutExponent)% full, \(count(spool.readings, "reading")) waiting"
    var (text, statuses): (String, [ProbeStatus]) = (waiting, [])
    if producer.state == "blocked" {
      text = "machines blocked: \(producer.blockedReason ?? "no reason given")"
      statuses = [.critical]
    } else if !producer.database.isConnected {
      text += ", database unavailable"
      statuses = [.warning]
    }
    if let fault = producer.clockFault {
      text = producer.state == "blocked" ? "\(text); \(fault)" : fault
      statuses.append(.critical)
    }
    self.init(text, [full, Measurement("oldest", age, .seconds, from: 0)], besides: statuses)
    details = [
      "\(byteCount(spool.bytes)) of \(byteCount(spool.limitBytes)) in \(count(spool.batches, "batch"))",
      "producer: \(producer.state)",
    ]
    if let error = producer.database.lastError { details.append("database: \(error)") }
  }

  /// No readings.
  private init(absenceIn probe: ReadingProbe, of name: String) {
    guard let ahead = probe.ahead else {
      self.init(.critical, "no readings of \(name)")
      return
    }
    self.init(Self.sentence(ahead: ahead), [Self.ahead(ahead)], besides: [.critical])
  }

  /// The measurements, or, when a reading is in the future, a text about the clocks.
  private init(_ text: String, _ measurements: [Measurement], ahead: Double?) {
    guard let ahead else {
      self.init(text, measurements)
      return
    }
    self.init(Self.sentence(ahead: ahead), measurements + [Self.ahead(ahead)])
  }

  static func sentence(ahead: Double) -> String {
    "newest reading is \(seconds(ahead)) in the future: check the clocks"
  }

  /// In seconds; less is a warning.
  static let criticalAhead = 60.0

  private static func ahead(_ seconds: Double) -> Measurement {
    Measurement(
      "ahead", seconds, .seconds, warning: AlertRange("0"),
      critical: AlertRange(criticalAhead.withoutExponent), from: 0)
  }

  private static func seconds(_ seconds: Double) -> String {
    duration(microseconds: Int64(min(seconds * 1_000_000, 1e18)))
  }
}

extension API.Health.Check {
  fileprivate var probeStatus: ProbeStatus {
    switch status {
    case "pass", "ok", "up": .ok
    case "warn": .warning
    default: .critical
    }
  }
}

extension Measurement {
  /// The violated threshold: `, outside 50:500`.
  fileprivate var reason: String {
    let limit: AlertRange?
    switch probeStatus {
    case .critical: limit = critical
    case .warning: limit = warning
    case .ok, .unknown: limit = nil
    }
    return limit.map { $0.alertsWithin ? ", within \($0)" : ", outside \($0)" } ?? ""
  }
}
