import Postgres
import TestSupport
import Testing

@Suite final class CopyTests {
  let connection: Connection
  let statement = "COPY r (machine, type, value, time) FROM STDIN (FORMAT binary)"

  init() throws {
    let connection = try Connection(PostgresServer.shared.get().parameters())
    try connection.executeScript(
      """
      CREATE TEMPORARY TABLE r
        (machine int4, type int2 CHECK (type < 100), value float8, time timestamptz)
      """)
    self.connection = connection
  }

  private func rows(_ count: Int, type: Int16 = 1) -> BinaryCopy {
    var copy = BinaryCopy()
    for number in 0..<count {
      copy.beginRow(columns: 4)
      copy.append(Int32(number))
      copy.append(type)
      copy.append(Double(number) / 4)
      copy.append(microseconds: 1_700_000_000_000_000 + Int64(number))
    }
    return copy
  }

  @Test(arguments: [0, 1, 200_000]) func allRowsArrive(count: Int) throws {
    var copy = rows(count)
    let taken = try copy.finish { bytes throws(PostgresError) in
      try connection.copy(statement, bytes)
    }
    #expect(taken == count)
    let sums = try connection.execute(
      """
      SELECT count(*), coalesce(sum(machine), 0)::int8, coalesce(sum(value), 0)::float8,
        max(time) = to_timestamp(1700000000) + interval '1 us' * (\(max(count, 1)) - 1) FROM r
      """)
    #expect(sums.integer(0, 0) == Int64(count))
    #expect(sums.integer(0, 1) == Int64(count) * Int64(count - 1) / 2)
    #expect(sums.double(0, 2) == Double(count) * Double(count - 1) / 8)
    #expect(count == 0 || sums.boolean(0, 3) == true)
  }

  @Test func refusedRowsAreAnErrorAndNoneIsStored() throws {
    var copy = rows(50_000, type: 100)
    let error = try #require(throws: PostgresError.self) {
      try copy.finish { bytes throws(PostgresError) in try connection.copy(statement, bytes) }
    }
    #expect(error.sqlState == .checkViolation)
    #expect(!error.sessionIsLost)
    #expect(try connection.integer("SELECT count(*) FROM r") == 0)
  }

  @Test func bytesThatAreNoRowsAreAnError() throws {
    let error = try #require(throws: PostgresError.self) {
      try [1, 2, 3].withUnsafeBytes { try connection.copy(statement, $0) }
    }
    #expect(error.sqlState?.classCode == "22")
    #expect(try connection.integer("SELECT 5::int4") == 5)
  }

  @Test func aStatementThatIsNoCopyIsRefused() throws {
    #expect(throws: PostgresError.self) {
      try [].withUnsafeBytes { try connection.copy("SELECT 1", $0) }
    }
    #expect(try connection.integer("SELECT 5::int4") == 5)
  }

  @Test func aBufferIsFilledAgainAfterAReset() throws {
    var copy = rows(10)
    for _ in 0..<2 {
      _ = try copy.finish { bytes throws(PostgresError) in try connection.copy(statement, bytes) }
      copy.reset()
      copy.beginRow(columns: 4)
      copy.append(Int32(1))
      copy.append(Int16(1))
      copy.append(1.5)
      copy.append(microseconds: 0)
    }
    #expect(try connection.integer("SELECT count(*) FROM r") == 11)
  }
}
