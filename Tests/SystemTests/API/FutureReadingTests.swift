import Foundation
import Postgres
import TestSupport
import Testing

/// A reading whose time has not come yet says that a clock is wrong, and not that a machine lives.
@Suite final class FutureReadingTests {
  private let system: SignalsSystem
  private let session: PostgresConnection

  /// A producer that has been stopped, its newest reading minutes old, and one reading from the future.
  init() throws {
    system = try SignalsSystem(server: PostgresServer.shared.get())
    _ = system.stopProducer()
    session = try system.connect()
    try session.executeScript(
      """
      SELECT make_day_partition(current_date - 1);
      UPDATE machine_signals SET time = time - interval '10 minutes'
      """)
  }

  private func insert(secondsAhead seconds: Int) throws {
    try session.executeScript(
      """
      SELECT make_day_partition((now() + interval '\(seconds) seconds')::date);
      INSERT INTO machine_signals (machine_id, type_id, value, time)
        SELECT min(machines.id), min(signal_types.id), 1, now() + interval '\(seconds) seconds'
        FROM machines, signal_types WHERE signal_types.name = 'power'
      """)
  }

  private func checks() throws -> [String: [String: Any]] {
    let answer = try system.nginx.ask("/health")
    #expect(answer.status == 200)
    let checks = (answer.json as? [String: Any])?["checks"] as? [String: [[String: Any]]]
    return (checks ?? [:]).compactMapValues(\.first)
  }

  private func cli(_ arguments: String...) throws -> ChildProcess.Outcome { try cli(arguments) }

  private func cli(_ arguments: [String]) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      ChildProcess.product("signals-cli"), arguments + ["--url", system.nginx.url],
      environment: ["XDG_CONFIG_HOME": "/nonexistent", "SIGNALS_TOKEN": nil])
  }

  @Test func itIsSaidEverywhere() throws {
    #expect(try checks()["readings:ahead"] == nil)
    try insert(secondsAhead: 71_970)
    let age = try #require(try checks()["readings:age"])
    #expect(try #require(age["observedValue"] as? Double) >= 600)
    let ahead = try #require(try checks()["readings:ahead"])
    #expect(ahead["status"] as? String == "warn")
    #expect(ahead["observedUnit"] as? String == "s")
    #expect(try (71_000...72_000).contains(#require(ahead["observedValue"] as? Double)))
    #expect(
      ahead["output"] as? String == "the newest reading is ahead of the clock; check the clocks")

    let wrong = /newest reading is 19 h 59 min in the future: check the clocks/
    for arguments in [["check", "fresh", "power"], ["check", "health"]] {
      let outcome = try cli(arguments)
      #expect(outcome.status == 2, "\(outcome.output)")
      #expect(outcome.output.contains(wrong), "\(outcome.output)")
      #expect(outcome.output.contains(/ahead=7\d{4}/) && outcome.output.contains(/age=\d{3}/))
    }
    let health = try cli("health")
    #expect(health.output.contains(wrong), "\(health.output)")
    let doctor = try cli("doctor", "--json")
    #expect(doctor.status == 1 && doctor.output.contains(wrong), "\(doctor.output)")
    #expect(doctor.output.contains("no new reading; the newest is 1"), "\(doctor.output)")
    let metrics = try system.nginx.ask("/metrics").body
    #expect(metrics.contains(/\nsignals_accessor_readings_ahead_seconds 7\d{4}/))
    #expect(metrics.contains(/\nsignals_accessor_newest_reading_timestamp_seconds 1\d{9}/))
  }

  @Test func aLittleIsToleratedAndAFewSecondsAreAWarning() throws {
    try insert(secondsAhead: 40)
    let outcome = try cli("check", "health")
    #expect(outcome.status == 1, "\(outcome.output)")
    try session.execute("DELETE FROM machine_signals WHERE time > now()")
    try session.execute(
      """
      INSERT INTO machine_signals (machine_id, type_id, value, time)
      SELECT min(id), 1, 1, now() + interval '900 milliseconds' FROM machines
      """)
    #expect(try checks()["readings:ahead"] == nil)
    #expect(try cli("check", "health").status == 0)
  }
}
