import Foundation
import Postgres
import TestSupport
import Testing

/// What a server says without being asked does not fill the logs.
@Suite struct IdleSessionTests {
  private let server: PostgresServer

  init() throws { server = try PostgresServer.shared.get() }

  private func set(_ setting: String, of database: String) throws {
    try PostgresConnection(server.parameters()).execute("ALTER DATABASE \(database) SET \(setting)")
  }

  @Test func noticesAtLoginAreNotPrinted() throws {
    let producer = try StandaloneProducer(server)
    _ = try PostgresConnection(server.parameters()).execute("CREATE DATABASE \(producer.database)")
    try set("client_min_messages = debug5", of: producer.database)
    try producer.start()
    #expect(producer.isStoring())
    let accessor = try StandaloneAccessor(server, producer.database)
    #expect(try eventually { try accessor.ask("/health/ready").status == 200 })
    #expect(producer.stop()?.status == 0)
    for log in [producer.log, accessor.log] { #expect(!log.contains("DEBUG:"), "\(log)") }
  }

  @Test func theEndOfASessionThatWasIdleIsNoWarning() throws {
    let producer = try StandaloneProducer(server)
    try producer.start()
    #expect(producer.isStoring())
    #expect(producer.stop()?.status == 0)
    try set("idle_session_timeout = '300ms'", of: producer.database)
    let accessor = try StandaloneAccessor(server, producer.database)
    try producer.start()
    #expect(producer.isStoring())
    #expect(try producer.control("POST", "/producer/stop").status == 200)
    let end = "terminating connection due to idle-session timeout"
    for log in [{ producer.log }, { accessor.log }] {
      #expect(eventually { log().components(separatedBy: end).count > 5 }, "\(log())")
      #expect(!log().contains(/\s(warning|error)\s/), "\(log())")
    }
    #expect(try accessor.ask("/signals/power").status == 200)
    #expect(try producer.control("POST", "/producer/start").status == 200)
    #expect(producer.isStoring())
    #expect(producer.stop()?.status == 0)
  }
}
