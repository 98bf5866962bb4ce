import FoundationEssentials
import SignalsAPI
import Testing
import Time

@testable import Curl
@testable import SignalsCLI

@Suite struct ScreenTests {
  private let now = Timestamp("2026-11-24T10:00:00.25Z") ?? .now

  private func decode<Value: Decodable>(_ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  @Test func readingsAreATable() throws {
    let table = Table(readings: try decode(CannedResponses.power), unit: "W", times: .utc)
    #expect(
      table.text(for: .plain) == """
          id  timestamp                          machine     value (W)
        4711  2026-11-24 10:00:00.123456 +00:00  machine-1       231.5
        4709  2026-11-24 10:00:00.113456 +00:00  machine-12       98

        """)
  }

  @Test func aStateHasAWord() throws {
    let readings: [Reading] = try decode(
      """
      [{"id":3,"signal_type":"state_change","value":1,"timestamp":"2026-11-24T10:00:03Z","machine":"m"},
       {"id":2,"signal_type":"state_change","value":0,"timestamp":"2026-11-24T10:00:02Z","machine":"m"},
       {"id":1,"signal_type":"state_change","value":6,"timestamp":"2026-11-24T10:00:01Z","machine":"m"}]
      """)
    #expect(
      Table(readings: readings, unit: nil, times: .utc).text(for: .plain) == """
        id  timestamp                          machine  value  state
         3  2026-11-24 10:00:03.000000 +00:00  m            1  working
         2  2026-11-24 10:00:02.000000 +00:00  m            0  stopped
         1  2026-11-24 10:00:01.000000 +00:00  m            6

        """)
  }

  @Test func anErrorStandsOutInRed() throws {
    let readings: [Reading] = try decode(
      """
      [{"id":1,"signal_type":"error","value":42,"timestamp":"2026-11-24T10:00:01Z","machine":"m"}]
      """)
    let text = Table(readings: readings, unit: nil, times: .utc)
      .text(for: OutputTarget(isColoured: true))
    #expect(text.contains("\u{1b}[31m42\u{1b}[0m\n"))
  }

  @Test func aPlainNumberHasNoUnit() throws {
    #expect(
      Table(types: try decode(CannedResponses.types)).text(for: .plain) == """
        type   unit  description
        error        Error code, 1 to 100
        power  W     Electrical power

        """)
  }

  /// Timings of `https` on a new connection.
  private let timings = HTTPResponse.Timings(
    nameLookup: .microseconds(900), connect: .milliseconds(1), tls: .milliseconds(4),
    firstByte: .milliseconds(10), total: .microseconds(10_040))

  private func health(
    _ json: String, certificate: Int64? = nil, for output: OutputTarget = .plain,
    timings: HTTPResponse.Timings? = nil
  ) throws -> String {
    let tables = Table.health(
      try decode(json), certificate: certificate, now: now, timings: timings ?? self.timings,
      for: output)
    return tables.map { $0.text(for: output) }.joined(separator: "\n")
  }

  @Test func healthIsASummaryItsChecksAndTheTime() throws {
    let end = now.microseconds / 1_000_000 + 40 * 86_400
    #expect(
      try health(CannedResponses.health, certificate: end, for: OutputTarget(width: 80)) == """
        status          Service is up and running
        service         signals-accessor
        version         0.1.0
        newest reading  120 ms old
        certificate     expires in 40 d

        check                   status  value
        database response time  pass    12     ms
        readings age            pass     0.12  s

        step         time
        name lookup   0.9  ms  ██
        connect       0.1  ms
        TLS           3.0  ms  ███████
        first byte    6.0  ms  ██████████████
        transfer      0.0  ms
        total        10.0  ms

        """)
  }

  @Test func healthWithoutChecksIsItsSummary() throws {
    let kept = HTTPResponse.Timings(
      nameLookup: .zero, connect: .zero, tls: .zero, firstByte: .milliseconds(1),
      total: .milliseconds(1))
    #expect(
      try health(#"{"status":"alive"}"#, timings: kept) == """
        status  alive

        step        time
        first byte   1.0  ms
        total        1.0  ms

        """)
  }

  @Test func aFailedCheckStandsOutInRed() throws {
    let end = now.microseconds / 1_000_000 + 86_400
    let text = try health(
      CannedResponses.sickHealth, certificate: end, for: OutputTarget(isColoured: true))
    #expect(text.contains("\u{1b}[31mThe database does not answer\u{1b}[0m"))
    #expect(text.contains("\u{1b}[31mfail\u{1b}[0m"))
    #expect(text.contains("\u{1b}[31mexpires in 1 d\u{1b}[0m"))
  }

  @Test func theProducerIsAListOfProperties() throws {
    let json = CannedResponses.producer(
      faults: [
        CannedResponses.fault(42, until: "10:01:00"), CannedResponses.fault(7, of: "machine-2"),
      ])
    #expect(
      Table(producer: try decode(json), times: .utc, now: now).text(for: .plain) == """
        state                running
        machines             1
        seed                 18446744073709551615
        power                100 Hz
        state change         every 1 to 5 s
        error                every 10 to 30 s
        readings per second  100.4
        written              123456 readings in 1234 batches
        watermark            batch 1234, 2 batches behind, through 2026-11-24 09:59:59.900000 +00:00
        spool                20 readings in 2 batches, oldest 250 ms old; 4.0 KiB of 1.0 GiB
        kept                 600 batches, 1.2 MiB
        database             connected
        quarantined          none
        dead letters         none
        missing              none
        started              2026-11-24 08:00:00.000000 +00:00
        fault                machine-1: error 42 at 2026-11-24 10:00:00.000000 +00:00, stopped until \
        2026-11-24 10:01:00.000000 +00:00
        fault                machine-2: error 7 at 2026-11-24 10:00:00.000000 +00:00

        """)
  }

  @Test func aProducerWithoutDatabaseSaysWhy() throws {
    let json = CannedResponses.producer(
      state: "blocked", database: CannedResponses.away("could not connect"))
    let text = Table(producer: try decode(json), times: .utc).text(
      for: OutputTarget(isColoured: true))
    #expect(text.contains("\u{1b}[31mblocked: the spool is full\u{1b}[0m\n"))
    #expect(
      text.contains("\u{1b}[31mnot connected; last error: could not connect\u{1b}[0m\n"))
  }

  @Test func whatDidNotArriveStandsOut() throws {
    let json = CannedResponses.producer(
      oldest: nil, quarantined: 1, deadLetters: 3,
      missing: [.init(first: 7, last: 7), .init(first: 9, last: 12)])
    let text = Table(producer: try decode(json), times: .utc, now: now).text(for: .plain)
    #expect(
      text.contains(
        """
        quarantined          1 batch with 10 readings
        dead letters         3 readings
        missing              batches 7, 9 to 12

        """))
  }

  @Test func aChangeShowsBeforeAndAfter() throws {
    let table = Table(
      producer: try decode(CannedResponses.producer()),
      became: try decode(CannedResponses.producer(machines: 4, powerHz: 50)),
      asked: [.machines, .seed])
    #expect(
      table.text(for: .plain) == """
        state     running, as before
        machines  1 → 4
        seed      18446744073709551615, as before
        power     100 Hz → 50 Hz

        """)
  }
}
