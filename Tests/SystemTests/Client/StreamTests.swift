import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// The stream that is stored is the one that the settings say, whatever happens on the way.
@Suite struct StreamTests {
  /// All that is stored, as `signals-producer simulate` writes it.
  private func stored(_ session: borrowing PostgresConnection) throws -> [String] {
    let rows = try session.execute(
      """
      SELECT machine.name, type.name, reading.value, reading.time FROM machine_signals reading
      JOIN machines machine ON machine.id = reading.machine_id
      JOIN signal_types type ON type.id = reading.type_id
      ORDER BY reading.time, substr(machine.name, 9)::integer, type.id
      """)
    return (0..<rows.rowCount).map { row in
      let value = rows.double(row, 2)
      let number = value == value.rounded() ? "\(Int(value))" : "\(value)"
      let time = Timestamp(microseconds: rows.microseconds(row, 3))
      return "\(rows.string(row, 0)),\(rows.string(row, 1)),\(number),\(time)"
    }
  }

  @Test func twoKillsLaterItIsWhatSimulateWrites() throws {
    let system = try SignalsSystem(
      server: PostgresServer.shared.get(),
      settings: ["PRODUCER_MACHINES": "7", "PRODUCER_SEED": "4711"])
    for _ in 0..<2 {
      let before = try #require(try system.producerState()["last_sequence"] as? Int)
      system.producer.signal(SIGKILL)
      _ = system.producer.wait()
      try system.startProducer()
      #expect(
        try eventually {
          try system.producerState()["last_sequence"] as? Int ?? 0 > before + 10
        })
    }
    #expect(system.stopProducer().status == 0)
    let session = try system.connect()
    let through = try session.execute("SELECT through FROM ingest_watermarks")
    let until = Timestamp(microseconds: through.microseconds(0, 0))
    let stored = try stored(session)
    let first = try #require(stored.first?.split(separator: ",").last)
    let simulated = try ChildProcess.output(
      of: ChildProcess.product("signals-producer"),
      [
        "simulate", "--seed", "4711", "--machines", "7", "--from", "\(first)", "--to", "\(until)",
      ])
    #expect(stored.count >= 1400)
    #expect(simulated.split(separator: "\n").dropFirst().map(String.init) == stored)
  }
}
