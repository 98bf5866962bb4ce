import EventLoop
import Postgres
import TestSupport
import Testing

@Suite final class ConnectionInAnEventLoopTests {
  var connection: PostgresConnection

  init() throws {
    connection = try PostgresConnection(PostgresServer.shared.get().parameters())
  }

  private func answer() throws -> Result<Int64, PostgresError> {
    let poller = try Poller()
    try poller.add(connection.descriptor, .readable, token: 1)
    while true {
      switch connection.receive() {
      case .finished(.success(let result)): return .success(result.integer(0, 0))
      case .finished(.failure(let error)): return .failure(error)
      case .pending: try poller.wait(for: .seconds(20)) { _ in }
      }
    }
  }

  @Test func aPreparedStatementAnswersWithoutAWait() throws {
    let statement = PreparedStatement(name: "double", sql: "SELECT $1::int8 * 2")
    try connection.prepare(statement)
    var parameters = Parameters()
    for number in [Int64(1), 21, -4] {
      parameters = Parameters()
      parameters.append(number)
      var isSent = try connection.send(statement, parameters)
      while !isSent { isSent = try connection.flush() }
      #expect(try answer() == .success(number * 2))
    }
  }

  @Test func anErrorLeavesTheSessionReadyForTheNext() throws {
    let statement = PreparedStatement(name: "divide", sql: "SELECT 10 / $1::int8")
    try connection.prepare(statement)
    var parameters = Parameters()
    parameters.append(Int64(0))
    #expect(try connection.send(statement, parameters))
    guard case .failure(let error) = try answer() else {
      Issue.record("a division by zero succeeded")
      return
    }
    #expect(error.sqlState == SQLState(rawValue: "22012"))
    parameters = Parameters()
    parameters.append(Int64(5))
    #expect(try connection.send(statement, parameters))
    #expect(try answer() == .success(2))
  }

  @Test func theEndOfTheSessionIsAnAnswer() throws {
    let statement = PreparedStatement(name: "nap", sql: "SELECT 1::int8 FROM pg_sleep(60)")
    try connection.prepare(statement)
    #expect(try connection.send(statement, Parameters()))
    let other = try PostgresConnection(PostgresServer.shared.get().parameters())
    try other.execute("SELECT pg_terminate_backend(\(connection.serverProcess))")
    guard case .failure(let error) = try answer() else {
      Issue.record("a terminated session answered")
      return
    }
    #expect(error.sessionIsLost)
    #expect(connection.loss() != nil)
  }

  /// A server that sends a result and withholds the end of its statement must hold nobody up.
  @Test func aResultWhoseEndIsYetToComeIsPending() throws {
    let server = try ScriptedServer()
    let thread = try WorkerThread(name: "server") { try! server.startSession() }
    var session = try PostgresConnection(server.parameters)
    thread.join()
    #expect(try session.send(PreparedStatement(name: "any", sql: ""), Parameters()))
    try server.sendResultWithoutItsEnd()
    let poller = try Poller()
    try poller.add(session.descriptor, .readable, token: 1)
    try poller.wait(for: .seconds(20)) { _ in }
    guard case .pending = session.receive() else {
      Issue.record("a statement whose end had not come was finished")
      return
    }
    try server.sendEnd()
    try poller.wait(for: .seconds(20)) { _ in }
    guard case .finished(.failure(let error)) = session.receive() else {
      Issue.record("a statement whose end had come was not finished")
      return
    }
    #expect(error.sqlState == .queryCanceled)
    #expect(!error.sessionIsLost)
  }
}
