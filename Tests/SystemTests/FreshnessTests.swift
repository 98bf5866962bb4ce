import Curl
import EventLoop
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

/// Whoever asks after a commit finds what was committed, whatever others ask at the same moment.
@Suite struct FreshnessTests {
  /// How often a reading is written and asked for.
  private static let rounds = 1000

  @Test func everyWriterReadsItsOwnWriteUnderLoad() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    #expect(try system.control("POST", "/producer/stop").status == 200)
    let session = try system.connect()
    try session.executeScript(
      """
      INSERT INTO signal_types (name, unit, description) VALUES ('round', '1', 'A test''s count')
      """)
    let load = try Load(of: "/signals/round?limit=1", on: system, threads: 4)
    var client = try Session()
    let url = try HTTPURL("\(system.nginx.url)/signals/round?limit=1")
    for round in 1...FreshnessTests.rounds {
      try session.execute(
        """
        INSERT INTO machine_signals (machine_id, type_id, value, time)
        SELECT (SELECT min(id) FROM machines), id, \(round), clock_timestamp()
        FROM signal_types WHERE name = 'round'
        """)
      let response = try client.send(Request(.get, url))
      let body = String(decoding: response.body, as: UTF8.self)
      try #require(body.contains("\"value\":\(round),"), "round \(round): \(body)")
    }
    // The load asked for the same thing all the while, and shared queries with us.
    #expect(load.stop() > FreshnessTests.rounds)
  }

  /// Clients that ask the accessor for one thing as fast as they can.
  private final class Load: Sendable {
    private final class Count: Sendable {
      let requests = Atomic(0)
      let isOver = Atomic(false)
    }

    private let count = Count()
    private let threads: [WorkerThread]

    init(of target: String, on system: SignalsSystem, threads: Int) throws {
      let count = count
      self.threads = try (0..<threads).map { _ in
        let socket = try system.connectToAccessor()
        return try WorkerThread(name: "load") {
          while !count.isOver.load(ordering: .acquiring) {
            guard let answer = try? FastCGIClient.exchange(socket, "GET", target),
              answer.status == 200
            else { return }
            count.requests.wrappingAdd(1, ordering: .relaxed)
          }
        }
      }
    }

    deinit { _ = stop() }

    /// Ends the load; how much it was.
    func stop() -> Int {
      count.isOver.store(true, ordering: .releasing)
      for thread in threads { thread.join() }
      return count.requests.load(ordering: .relaxed)
    }
  }
}
