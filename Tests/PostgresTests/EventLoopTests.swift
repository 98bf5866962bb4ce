import EventLoop
import Postgres
import TestSupport
import Testing

@Suite final class ConnectionInAnEventLoopTests {
  let connection: Connection

  init() throws {
    connection = try Connection(PostgresServer.shared.get().parameters())
  }

  private func answer(_ connection: borrowing Connection) throws -> Result<Int64, PostgresError> {
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
      parameters.removeAll()
      parameters.append(number)
      var isSent = try connection.send(statement, parameters)
      while !isSent { isSent = try connection.flush() }
      #expect(try answer(connection) == .success(number * 2))
    }
  }

  @Test func anErrorLeavesTheSessionReadyForTheNext() throws {
    let statement = PreparedStatement(name: "divide", sql: "SELECT 10 / $1::int8")
    try connection.prepare(statement)
    var parameters = Parameters()
    parameters.append(Int64(0))
    #expect(try connection.send(statement, parameters))
    guard case .failure(let error) = try answer(connection) else {
      Issue.record("a division by zero succeeded")
      return
    }
    #expect(error.sqlState == SQLState(rawValue: "22012"))
    #expect(error.sqlState?.isDataError == true)
    parameters.removeAll()
    parameters.append(Int64(5))
    #expect(try connection.send(statement, parameters))
    #expect(try answer(connection) == .success(2))
  }

  @Test func theEndOfTheSessionIsAnAnswer() throws {
    let statement = PreparedStatement(name: "nap", sql: "SELECT 1::int8 FROM pg_sleep(60)")
    try connection.prepare(statement)
    #expect(try connection.send(statement, Parameters()))
    let other = try Connection(PostgresServer.shared.get().parameters())
    try other.execute("SELECT pg_terminate_backend(\(connection.serverProcess))")
    guard case .failure(let error) = try answer(connection) else {
      Issue.record("a terminated session answered")
      return
    }
    #expect(error.sessionIsLost)
    let isAlive = connection.isAlive()
    #expect(!isAlive)
  }
}
