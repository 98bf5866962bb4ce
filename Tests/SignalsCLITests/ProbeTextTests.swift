import Foundation
import SignalsAPI
import Testing
import Time

@testable import SignalsCLI

/// The text before the performance data has less than 80 characters in every state, as pagers cut it.
@Suite struct ProbeTextTests {
  private static let now = Timestamp("2026-11-24T10:00:00Z") ?? .now
  private static let name = "power of machine-12"
  /// Thresholds outside, inside and at the values.
  private static let limits: [ProbeReport.Limits] = [
    (nil, nil), (AlertRange("@0:100"), nil), (nil, AlertRange("@0:100")),
    (AlertRange("100.5:450.5"), nil), (nil, AlertRange("~:-1000.5")),
  ]

  private static func readings(_ ages: Int64...) -> ReadingProbe {
    ReadingProbe(
      readings: ages.map { age in
        Reading(
          id: 1, type: "power", value: -123.456789, timestamp: now + -age * 1_000_000,
          machine: "machine-12")
      }, now: now)
  }

  private static func decoded<Value: Decodable>(_ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  private static func expect(
    _ reports: [ProbeReport], _ statuses: Set<ProbeStatus>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(Set(reports.map(\.probeStatus)) == statuses, sourceLocation: sourceLocation)
    for report in reports {
      let line = report.nagios(isVerbose: false)
      let text = line.components(separatedBy: " | ")[0]
      #expect(text.count < 80 && !text.hasSuffix("..."), "\(line)", sourceLocation: sourceLocation)
    }
  }

  @Test func ofHealth() throws {
    let well: API.Health = try Self.decoded(CannedResponses.health)
    let sick: API.Health = try Self.decoded(CannedResponses.sickHealth)
    let days: [Int64?] = [nil, 900, 10, 1, -400]
    let reports = days.flatMap { days in
      let certificate = days.map {
        CertificateLife(ends: Self.now.microseconds / 1_000_000 + $0 * 86_399, now: Self.now)
      }
      return Self.limits.flatMap { limits in
        [well, sick].map { health in
          ProbeReport(
            health: health, isGood: health.status == well.status, within: .milliseconds(123),
            limits: limits, certificate: certificate)
        }
      }
    }
    Self.expect(reports, [.ok, .warning, .critical])
  }

  @Test func ofReadings() {
    let reports = Self.limits.flatMap { limits in
      [Self.readings(), Self.readings(0), Self.readings(59, 75), Self.readings(90_000_000)]
        .flatMap { probe in
          [
            ProbeReport(freshness: probe, of: Self.name, limits: limits),
            ProbeReport(rate: probe, of: Self.name, limits: limits),
            ProbeReport(values: probe, of: "power", noOlderThan: 60, limits: limits),
          ]
        }
    }
    Self.expect(reports, [.ok, .warning, .critical])
  }

  @Test func ofTheSpool() throws {
    let producers = [
      CannedResponses.producer(), CannedResponses.producer(spooled: 600 << 20),
      CannedResponses.producer(spooled: 1000 << 20),
      CannedResponses.producer(state: "blocked", spooled: 1 << 30),
      CannedResponses.producer(database: CannedResponses.away("no route to host")),
    ]
    let reports = try producers.map { json in
      ProbeReport(
        spoolOf: try Self.decoded(json), now: Self.now,
        limits: (AlertRange("50"), AlertRange("90")))
    }
    Self.expect(reports, [.ok, .warning, .critical])
  }

  @Test func ofANameThatIsLongIsCut() {
    let name = String(repeating: "long", count: 40)
    let report = ProbeReport(freshness: Self.readings(1), of: name, limits: (nil, nil))
    let text = report.nagios(isVerbose: false).components(separatedBy: " | ")
    #expect(text[0].count == 79 && text[0].hasSuffix("long..."))
    #expect(text[1] == "age=1s;;;0\n")
  }
}
