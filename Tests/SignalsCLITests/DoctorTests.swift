import FoundationEssentials
import SignalsAPI
import TestSupport
import Testing
import Time

@testable import Curl
@testable import SignalsCLI

/// `signals-cli doctor` with a bad hop, and its screens.
@Suite struct DoctorTests {
  private struct Said: Decodable {
    struct Hop: Decodable {
      let name: String
      let state: String
      let seconds: Double?
      let text: String
      let advice: String?
    }

    let hops: [Hop]
    let isGood: Bool

    private enum CodingKeys: String, CodingKey {
      case hops
      case isGood = "is_good"
    }

    var line: String { hops.map { "\($0.name) \($0.state)" }.joined(separator: ", ") }
  }

  /// Expects the first bad hop and its text.
  private func expect(
    _ url: String, _ firstBad: String, _ text: String, _ arguments: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try signals(["doctor", "--json", "-t", "0.5"] + arguments, url: url)
    let said = try JSONDecoder().decode(Said.self, from: Data(outcome.output.utf8))
    let bad = said.hops.first { $0.state == "bad" }
    #expect(bad?.name == firstBad, "\(said.line)", sourceLocation: sourceLocation)
    #expect(bad?.text.hasPrefix(text) == true, "\(bad?.text ?? "")", sourceLocation: sourceLocation)
    #expect(bad?.advice != nil, sourceLocation: sourceLocation)
    let bound = said.hops.firstIndex { $0.state == "bad" } ?? 0
    let before = said.hops[..<bound]
    #expect(before.allSatisfy { $0.state == "good" })
    #expect(outcome.errors.hasPrefix("signals-cli: \(firstBad): "), sourceLocation: sourceLocation)
    #expect(outcome.status == 1, sourceLocation: sourceLocation)
    #expect(!said.isGood)
  }

  @Test func itEndsAtTheName() throws {
    try expect("http://nobody.invalid", "name", "could not resolve host: nobody.invalid")
  }

  @Test func itEndsAtTCP() throws {
    try expect("http://localhost:\(try freePort())", "TCP", "connection refused")
  }

  @Test func itEndsAtTLS() throws {
    let certificates = try TestCertificates()
    let server = try NginxDouble(
      certificates.issue("server", for: "DNS:localhost"), "location / { return 404; }")
    try expect(server.url, "TLS", "untrusted server certificate: ")
    // Accepts the connection and sends nothing.
    let silent = try HTTPServerDouble { _ in .hanging() }
    try expect(
      silent.url.replacing("http:", with: "https:"), "TLS", "timed out after 0.5 s")
  }

  @Test func itEndsAtAnotherServer() throws {
    let certificates = try TestCertificates()
    let server = try NginxDouble(
      certificates.issue("server", for: "DNS:localhost", days: 30), "location / { return 404; }")
    try expect(
      server.url, "nginx", "404 without a problem document: not a signals server",
      ["--cacert", certificates.authorityFile])
    let silent = try HTTPServerDouble { _ in .hanging() }
    try expect(silent.url, "nginx", "timed out after 0.5 s")
    let moved = try HTTPServerDouble { _ in
      .body("", status: "301 Moved", headers: ["Location": "https://plant.example/"])
    }
    try expect(moved.url, "nginx", "301, moved to https://plant.example/")
  }

  private static let way: [Hop] = [
    Hop(
      name: "name", state: .good, time: .microseconds(140), text: "localhost resolves to 127.0.0.1"),
    Hop(name: "TCP", state: .good, time: .microseconds(90), text: "port 443"),
    Hop(name: "TLS", state: .good, time: .milliseconds(12), text: "certificate expires in 80 d"),
  ]

  @Test func theWayIsATable() {
    let examination = Diagnosis(
      hops: Self.way + [
        Hop(name: "database", state: .bad, text: "the database does not answer", advice: "this"),
        .unreached("spool"),
        Hop(name: "producer", state: .note, text: "1 machine stopped", advice: "a start"),
      ])
    #expect(
      Table(examination).text(for: OutputTarget(width: 60)) == """
        hop       state  time
        name      good    0.1  ms  localhost resolves to 127.0.0.1
        TCP       good    0.1  ms  port 443
        TLS       good   12.0  ms  certificate expires in 80 d
        database  bad              the database does not answer
        spool     -
        producer  note             1 machine stopped

        """)
    #expect(Table(adviceOf: examination).text(for: .plain) == "producer  try: a start\n")
    #expect(examination.firstBad?.name == "database")
  }

  private func state(_ json: String) throws -> [Hop] {
    let server = try CannedResponses.server(.body(json))
    let settings = ClientSettings(Context(url: server.url), named: "test")
    var api = try SignalsClient(ClientConfiguration(settings, needsToken: false))
    return Hop.producer(
      .success(try api.producer()), .elsewhere, now: Timestamp("2026-11-24T10:00:01Z") ?? .now)
  }

  @Test func theProducerAndItsSpoolAreJudged() throws {
    let well = try state(CannedResponses.producer())
    #expect(well.map(\.state) == [.good, .good])
    #expect(well[1].text == "4.0 KiB of 1.0 GiB, 20 readings waiting, oldest 1.0 s")
    let stopped = try state(CannedResponses.producer(state: "stopped", machines: 3))
    #expect(stopped[0].state == .note && stopped[0].text == "3 machines stopped")
    let blocked = try state(CannedResponses.producer(state: "blocked", spooled: 1 << 30))
    #expect(blocked.map(\.state) == [.bad, .bad])
    let alone = try state(
      CannedResponses.producer(database: CannedResponses.away("no route")))
    #expect(alone[0].state == .bad)
    #expect(alone[0].text == "1 machine running, database unavailable: no route")
    let late = try state(CannedResponses.producer(oldest: "2026-11-24T09:59:00Z"))
    #expect(late[1].state == .note && late[1].advice != nil)
    let damaged = try state(CannedResponses.producer(quarantined: 1, deadLetters: 3))
    #expect(damaged[1].state == .note)
    #expect(damaged[1].text.hasSuffix("; 13 readings rejected or quarantined"))
    for name in ["running", "stopped"] {
      let ahead = try state(CannedResponses.producer(state: name, ahead: 7200))
      #expect(ahead[0].state == .bad && ahead[0].advice?.contains("new spool") == true)
      #expect(ahead[0].text == "the machines' time is 2 h ahead of the clock")
    }
  }

  @Test(arguments: [
    ("unreachable", "is PostgreSQL running, and is DB_HOST of signals-accessor right? "),
    ("read_only", "is DB_HOST of signals-accessor a standby (pg_is_in_recovery()), or "),
    ("no_tables", "'signals-producer migrate' creates them; if they exist, is search_path "),
    ("of a later release", "see journalctl -u signals-accessor"),
  ])
  func theDatabasesCauseDecidesTheAdvice(_ cause: String, _ advice: String) throws {
    let server = try CannedResponses.server(
      .body(
        #"{"status":"it does not work","cause":"\#(cause)"}"#, status: "503 Service Unavailable",
        type: "application/health+json"))
    let settings = ClientSettings(Context(url: server.url), named: "test")
    var api = try SignalsClient(ClientConfiguration(settings, needsToken: false))
    let hop = Hop.database(.success(try api.health()), .installed)
    #expect(hop.text == "it does not work")
    #expect(hop.advice?.hasPrefix(advice) == true, "\(hop.advice ?? "")")
    let producer = try state(
      CannedResponses.producer(database: CannedResponses.away("x", cause: cause)))
    #expect(
      producer[0].advice
        == DatabaseCause.advice(cause, of: "signals-producer", .elsewhere))
  }

  @Test(
    arguments: [
      (
        "/home/anna/signals/.build/debug/signals-cli",
        ["/home/anna/signals/scripts/up", "/home/anna/signals/Package.swift"],
        InstallationKind.repository
      ),
      (
        "/home/anna/signals/.build/debug/signals-cli", ["/home/anna/signals/scripts/up"], .elsewhere
      ),
      ("/usr/bin/signals-cli", ["/usr/lib/systemd/system/signals-accessor.service"], .installed),
      (
        "/usr/local/bin/signals-cli", ["/usr/local/lib/systemd/system/signals-accessor.service"],
        .installed
      ),
      ("/home/anna/bin/signals-cli", [], .elsewhere), ("", [], .elsewhere),
      (
        "/usr/src/signals/.build/signals-cli",
        [
          "/usr/src/signals/scripts/up", "/usr/src/signals/Package.swift",
          "/usr/lib/systemd/system/signals-accessor.service",
        ], .repository
      ),
    ] as [(String, [String], InstallationKind)])
  func adviceIsForThePlaceOfTheProgram(
    _ program: String, _ files: [String], _ place: InstallationKind
  ) {
    #expect(InstallationKind(ofProgram: program) { files.contains($0) } == place)
  }

  @Test func ofAnotherMachinesServerNothingIsAssumed() throws {
    #expect(InstallationKind.beside(try HTTPURL("http://127.0.0.1:1")) == .repository)
    #expect(InstallationKind.beside(try HTTPURL("https://plant.example")) == .elsewhere)
  }

  @Test func withoutATokenTheProducerIsNotAsked() {
    let hops = Hop.producer(nil, .elsewhere, now: .now)
    #expect(hops.map(\.state) == [.unknown, .unknown])
    #expect(hops[0].advice != nil)
  }

  @Test func clocksThatDifferAreTold() {
    let now = Timestamp("2026-11-24T10:00:01Z") ?? .now
    let seconds = now.microseconds / 1_000_000
    #expect(Hop.clock(now, seconds) == nil && Hop.clock(now, nil) == nil)
    #expect(Hop.clock(now, seconds - 3600)?.text == "local clock is 1 h ahead of the server's")
    #expect(Hop.clock(now, seconds + 90)?.text == "local clock is 1 min 30 s behind the server's")
  }

  @Test func aReadingThatDoesNotComeIsBadUnlessTheMachinesAreStopped() {
    let stopped = Hop.reading(.missing(7_200_000_000), ofProducer: "stopped")
    #expect(stopped.state == .note)
    #expect(stopped.text == "no new reading; the newest is 2 h old")
    #expect(Hop.reading(.missing(nil), ofProducer: nil).state == .bad)
    #expect(Hop.reading(nil, ofProducer: "running").state == .unknown)
  }
}
