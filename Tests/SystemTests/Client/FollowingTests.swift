import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// `signals-cli watch` on a whole system.
@Suite struct FollowingTests {
  /// The power readings from a moment on, as `watch` writes them, the oldest first.
  private func stored(_ session: borrowing PostgresConnection, from first: String) throws
    -> [String]
  {
    let rows = try session.execute(
      """
      SELECT machine.name, reading.value, reading.time FROM machine_signals reading
      JOIN machines machine ON machine.id = reading.machine_id
      JOIN signal_types type ON type.id = reading.type_id
      WHERE type.name = 'power' ORDER BY reading.time, machine.name
      """)
    let lines = (0..<rows.rowCount).map { row in
      let value = rows.double(row, 1)
      let number = value == value.rounded() ? "\(Int(value))" : "\(value)"
      let time = Timestamp(microseconds: rows.microseconds(row, 2))
      return "\(time),\(rows.string(row, 0)),\(number)"
    }
    return Array(lines.drop { $0 != first })
  }

  @Test func whatWasShownAcrossARestartOfTheDatabaseIsWhatItHas() throws {
    // Slow enough for one answer to reach back over the outage on a busy machine.
    let system = try SignalsSystem(
      server: PostgresServer(),
      settings: ["PRODUCER_MACHINES": "2", "PRODUCER_POWER_HZ": "5"])
    let watch = try ChildProcess(
      ChildProcess.product("signals-cli"),
      [
        "watch", "power", "--interval", "0.2", "--output", "csv", "--fields",
        "timestamp,machine,value", "--url", system.nginx.url,
      ], environment: ["XDG_CONFIG_HOME": "/nonexistent"])
    func shown() -> [String] {
      watch.output.split(separator: "\n").dropFirst().map(String.init)
    }
    #expect(eventually { shown().count > 10 })
    system.server.stop()
    #expect(eventually { watch.errors.contains("signals-cli: waiting for the server: ") })
    try system.server.start()
    #expect(eventually { watch.errors.contains("signals-cli: the server is back after ") })
    let before = shown().count
    #expect(eventually { shown().count > before + 10 })
    #expect(system.stopProducer().status == 0)

    let first = try #require(shown().first)
    let expected = try stored(system.connect(), from: first)
    #expect(eventually { shown().count >= expected.count })
    watch.signal(SIGINT)
    #expect(watch.wait().status == 130)
    // Of the two machines one may be stored a little after the other.
    #expect(shown().sorted() == expected.sorted())
    #expect(!watch.errors.contains("missing"), "\(watch.errors)")
  }
}
