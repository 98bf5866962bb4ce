import FoundationEssentials
import SignalsAPI
import TestSupport
import Testing
import Time

@testable import SignalsCLI

@Suite struct ProbeReportTests {
  private let now = Timestamp("2026-11-24T10:00:01Z") ?? .now

  private func readings(
    _ values: [(machine: String, value: Double, secondsAgo: Double)]
  ) -> ReadingProbe {
    ReadingProbe(
      readings: values.map { machine, value, age in
        Reading(
          id: 1, type: "power", value: value, timestamp: now + -Int64(age * 1_000_000),
          machine: machine)
      }, now: now)
  }

  private func limits(_ warning: String?, _ critical: String?) -> ProbeReport.Limits {
    (warning.flatMap { AlertRange($0) }, critical.flatMap { AlertRange($0) })
  }

  @Test(arguments: [
    (0.12, ProbeStatus.ok, "power is 120 ms old | age=0.12s;5;30;0"),
    (5, .ok, "power is 5.0 s old | age=5s;5;30;0"),
    (5.5, .warning, "power is 5.5 s old | age=5.5s;5;30;0"),
    (200, .critical, "power is 3 min 20 s old | age=200s;5;30;0"),
    (-3, .ok, "power is 0.0 ms old | age=0s;5;30;0"),
  ])
  func freshnessIsTheNewestReadingsAge(_ age: Double, _ probeStatus: ProbeStatus, _ line: String) {
    let report = ProbeReport(
      freshness: readings([("m", 1, age)]), of: "power", limits: limits("5", "30"))
    #expect(report.probeStatus == probeStatus)
    #expect(report.nagios(isVerbose: false) == "SIGNALS \(probeStatus.name): \(line)\n")
  }

  @Test func aReadingFromTheFutureIsNoSignOfLife() {
    func line(_ probe: ReadingProbe) -> String {
      ProbeReport(freshness: probe, of: "power", limits: limits("5", "30")).nagios(isVerbose: false)
    }
    #expect(
      line(readings([("m", 1, -20), ("m", 1, 2)])) == """
        SIGNALS WARNING: newest reading is 20 s in the future: check the clocks \
        | age=2s;5;30;0 ahead=20s;0;60;0

        """)
    #expect(
      line(readings([("m", 1, -72_000), ("m", 1, 200)])) == """
        SIGNALS CRITICAL: newest reading is 20 h in the future: check the clocks \
        | age=200s;5;30;0 ahead=72000s;0;60;0

        """)
    let alone = readings([("m", 1, -10)])
    for report in [
      ProbeReport(freshness: alone, of: "power", limits: limits("5", nil)),
      ProbeReport(rate: alone, of: "power", limits: limits("5", nil)),
      ProbeReport(values: alone, of: "power", noOlderThan: 60, limits: limits("5", nil)),
    ] {
      #expect(
        report.nagios(isVerbose: true) == """
          SIGNALS CRITICAL: newest reading is 10 s in the future: check the clocks \
          | ahead=10s;0;60;0

          """)
    }
    let values = readings([("a", 900, -500), ("a", 231.5, 1), ("b", 200, 2)])
    let worst = ProbeReport(
      values: values, of: "power", noOlderThan: 60, limits: limits("100:450", nil))
    #expect(worst.measurements.map(\.value) == [231.5, 500])
    #expect(worst.details.count == 2 && worst.probeStatus == .critical)
  }

  @Test func noReadingsAreCritical() {
    let none = readings([])
    for report in [
      ProbeReport(freshness: none, of: "power", limits: limits("5", nil)),
      ProbeReport(rate: none, of: "power", limits: limits("5", nil)),
      ProbeReport(values: none, of: "power", noOlderThan: 60, limits: limits("5", nil)),
    ] {
      #expect(
        report.nagios(isVerbose: true) == "SIGNALS CRITICAL: no readings of power\n")
    }
  }

  @Test func theWorstMachineSpeaks() {
    let probe = readings([("a", 231.5, 1), ("b", 600, 1.5), ("a", 900, 2), ("c", 20, 3)])
    let report = ProbeReport(
      values: probe, of: "power", noOlderThan: 60, limits: limits("100:450", "50:"))
    #expect(
      report.nagios(isVerbose: true) == """
        SIGNALS CRITICAL: power of c is 20, outside 50: | value=20;100:450;50:
        a: 231.5 at 2026-11-24T10:00:00.000000Z
        b: 600 at 2026-11-24T09:59:59.500000Z
        c: 20 at 2026-11-24T09:59:58.000000Z

        """)
    let inside = ProbeReport(
      values: readings([("a", 1, 0)]), of: "error", noOlderThan: 60, limits: limits("@1:5", nil))
    #expect(
      inside.nagios(isVerbose: false)
        == "SIGNALS WARNING: error is 1, within @1:5 | value=1;@1:5\n")
  }

  @Test func machinesThatAreGoneSayNothing() {
    let report = ProbeReport(
      values: readings([("a", 5, 1), ("gone", 900, 70)]), of: "power", noOlderThan: 60,
      limits: limits("10", nil))
    #expect(report.probeStatus == .ok)
    let all = ProbeReport(
      values: readings([("gone", 5, 7200)]), of: "power", noOlderThan: 60, limits: limits("10", nil)
    )
    #expect(
      all.nagios(isVerbose: false)
        == "SIGNALS CRITICAL: the newest reading of power is 2 h old\n")
  }

  @Test func aRateIsCountedFromTheOldestOn() {
    let steady = readings((0..<1000).map { ("m", 1, Double($0) / 100) })
    #expect(abs(steady.rate - 100) < 0.11)
    // Nothing for an hour.
    let ended = readings((0..<1000).map { ("m", 1, 3600 + Double($0) / 100) })
    #expect(ended.rate < 0.3)
    #expect(readings([]).rate == 0 && readings([("m", 1, 0)]).rate == 0)
    let report = ProbeReport(rate: steady, of: "power", limits: limits("90:110", nil))
    #expect(report.probeStatus == .ok)
    #expect(report.text.hasPrefix("power rate is "))
  }

  @Test func theTextHasAtMost79Characters() {
    let long = ProbeReport(.critical, String(repeating: "very | long ", count: 20))
    let line = long.nagios(isVerbose: false)
    #expect(line.count == 80 && line.hasSuffix("...\n"))
    #expect(!line.contains("|"))
  }

  @Test func whatComesFromAServerStaysInItsLine() {
    #expect(
      ProbeReport(.critical, "a\nSIGNALS OK: b\u{1b}[2J").nagios(isVerbose: false)
        == "SIGNALS CRITICAL: a\\nSIGNALS OK: b\\u{1b}[2J\n")
  }

  @Test func numbersHaveNoExponents() {
    let tiny = Measurement("age", 0.00001, .seconds, warning: AlertRange("1000000000000000000000"))
    #expect(tiny.performanceData == "age=0.00001s;1000000000000000000000")
    #expect(Measurement("value", -1e21).performanceData == "value=-1000000000000000000000")
  }

  @Test func aCertificateNearItsEndIsTold() {
    let day: Int64 = 86_400
    func life(_ left: Int64) -> CertificateLife {
      CertificateLife(
        ends: now.microseconds / 1_000_000 + left, now: now, warningDays: 14, criticalDays: 3)
    }
    #expect(life(15 * day).measurement.probeStatus == .ok)
    #expect(life(13 * day).measurement.probeStatus == .warning)
    #expect(life(13 * day).sentence == "certificate expires in 13 d")
    #expect(life(2 * day).measurement.probeStatus == .critical)
    #expect(life(-1).measurement.probeStatus == .critical)
    #expect(life(-day).sentence == "certificate expired 1 d ago")
    #expect(
      life(day).measurement.performanceData == "certificate=86400s;1209600:;259200:")
  }

  @Test func theSpoolIsJudgedByItsRoom() throws {
    func report(_ json: String) throws -> ProbeReport {
      ProbeReport(
        spoolOf: try JSONDecoder().decode(API.Producer.self, from: Data(json.utf8)), now: now,
        limits: limits("50", "90"))
    }
    #expect(
      try report(CannedResponses.producer()).nagios(isVerbose: false)
        == "SIGNALS OK: 0% full, 20 readings waiting | full=0%;50;90;0;100 oldest=1s;;;0\n")
    #expect(try report(CannedResponses.producer(spooled: 600 << 20)).probeStatus == .warning)
    #expect(try report(CannedResponses.producer(spooled: 1000 << 20)).probeStatus == .critical)
    let blocked = try report(CannedResponses.producer(state: "blocked"))
    #expect(blocked.probeStatus == .critical)
    #expect(blocked.text == "machines blocked: the spool is full")
    let alone = try report(
      CannedResponses.producer(database: CannedResponses.away("no route")))
    #expect(alone.probeStatus == .warning)
    #expect(alone.text == "0% full, 20 readings waiting, database unavailable")
    #expect(alone.details.last == "database: no route")
    let ahead = try report(CannedResponses.producer(ahead: 259_200.1))
    #expect(ahead.probeStatus == .critical)
    #expect(ahead.text == "the machines' time is 3 d ahead of the clock")
  }

  @Test func anotherClockIsNoAge() {
    let far = now + 3_600_000_000
    let seconds = now.microseconds / 1_000_000
    #expect(Timestamp.judging(far, seconds) == now)
    #expect(Timestamp.judging(now + 900_000, seconds) == now + 900_000)
    #expect(Timestamp.judging(far, nil) == far)
  }
}
