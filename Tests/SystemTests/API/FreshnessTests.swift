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
    var client = try HTTPSession()
    let url = try HTTPURL("\(system.nginx.url)/signals/round?limit=1")
    for round in 1...FreshnessTests.rounds {
      try session.execute(
        """
        INSERT INTO machine_signals (machine_id, type_id, value, time)
        SELECT (SELECT min(id) FROM machines), id, \(round), clock_timestamp()
        FROM signal_types WHERE name = 'round'
        """)
      let response = try client.send(HTTPRequest(.get, url))
      let body = String(decoding: response.body, as: UTF8.self)
      try #require(body.contains("\"value\":\(round),"), "round \(round): \(body)")
    }
    // The load asked for the same thing all the while, and shared queries with us.
    #expect(load.stop() > FreshnessTests.rounds)
  }

  /// The days before the last answer's oldest reading are not looked at, unless they have to be.
  @Test func readingsThatAreDeletedMakeRoomForOlderOnes() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    #expect(try system.control("POST", "/producer/stop").status == 200)
    let session = try system.connect()
    try session.executeScript(
      """
      INSERT INTO signal_types (name, unit, description) VALUES ('round', '1', 'A test''s count');
      SELECT make_day_partition(current_date - days) FROM generate_series(0, 9) days
      """)
    var client = try HTTPSession()
    func values(_ query: String) throws -> [Double] {
      let url = try HTTPURL("\(system.nginx.url)/signals/round?limit=3\(query)")
      let body = try client.send(HTTPRequest(.get, url)).body
      let list = try JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]]
      return try #require(list).compactMap { $0["value"] as? Double }
    }
    func write(_ value: Int, daysAgo: Int) throws {
      try session.execute(
        """
        INSERT INTO machine_signals (machine_id, type_id, value, time)
        SELECT (SELECT min(id) FROM machines), id, \(value), current_date - \(daysAgo)
        FROM signal_types WHERE name = 'round'
        """)
    }
    let machine = try session.execute("SELECT name FROM machines ORDER BY id LIMIT 1").string(0, 0)
    for query in ["", "&machine=\(machine)"] {
      try session.execute("DELETE FROM machine_signals")
      try write(9, daysAgo: 9)
      try write(5, daysAgo: 5)
      #expect(try values(query) == [5, 9])
      try write(7, daysAgo: 7)
      #expect(try values(query) == [5, 7, 9])
      try write(1, daysAgo: 1)
      #expect(try values(query) == [1, 5, 7])
      try write(6, daysAgo: 6)
      #expect(try values(query) == [1, 5, 6])
      try session.execute("DELETE FROM machine_signals WHERE value IN (1, 5)")
      #expect(try values(query) == [6, 7, 9])
      try session.execute("DELETE FROM machine_signals WHERE value IN (6, 7, 9)")
      #expect(try values(query) == [])
    }
  }

  @Test func theAgeIsOfTheNewestThatIsThere() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    // Machines that only stop may have something waiting in the spool.
    #expect(system.stopProducer().status == 0)
    let session = try system.connect()
    var client = try HTTPSession()
    func age() throws -> Double? {
      let url = try HTTPURL("\(system.nginx.url)/health")
      let body = try client.send(HTTPRequest(.get, url)).body
      let report = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
      let checks = try #require(report)["checks"] as? [String: [[String: Any]]]
      return checks?["readings:age"]?.first?["observedValue"] as? Double
    }
    #expect(try #require(try age()) < 600)
    try session.execute("DELETE FROM machine_signals WHERE time > now() - interval '1 hour'")
    #expect(try age() == nil)
    try session.executeScript(
      """
      SELECT make_day_partition(current_date - 1);
      INSERT INTO machine_signals (machine_id, type_id, value, time)
        SELECT min(id), 1, 1, now() - interval '2 hours' FROM machines
      """)
    #expect(try #require(try age()) >= 7200)
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
