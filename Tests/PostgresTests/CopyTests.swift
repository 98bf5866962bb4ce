import TestSupport
import Testing

@testable import Postgres

@Suite final class CopyTests {
  let connection: PostgresConnection
  let statement = "COPY r (machine, type, value, time) FROM STDIN (FORMAT binary)"

  init() throws {
    let connection = try PostgresConnection(PostgresServer.shared.get().parameters())
    try connection.executeScript(
      """
      CREATE TEMPORARY TABLE r
        (machine int4, type int2 CHECK (type < 100), value float8, time timestamptz)
      """)
    self.connection = connection
  }

  private func rows(_ count: Int, type: Int16 = 1) -> BinaryCopy {
    var rows: [UInt8] = []
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.bigEndian) { rows.append(contentsOf: $0) }
    }
    func append(column value: some FixedWidthInteger) {
      append(Int32(value.bitWidth / 8))
      append(value)
    }
    for number in 0..<count {
      append(Int16(4))
      append(column: Int32(number))
      append(column: type)
      append(column: (Double(number) / 4).bitPattern)
      append(column: 1_700_000_000_000_000 + Int64(number) - PostgresEpoch.offset)
    }
    var copy = BinaryCopy()
    copy.append(rows: rows)
    copy.finish()
    return copy
  }

  @Test(arguments: [0, 1, 200_000]) func allRowsArrive(count: Int) throws {
    let taken = try connection.copy(statement, rows(count))
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
    let rows = rows(50_000, type: 100)
    let error = try #require(throws: PostgresError.self) { try connection.copy(statement, rows) }
    #expect(error.sqlState == .checkViolation)
    #expect(!error.sessionIsLost)
    #expect(try connection.integer("SELECT count(*) FROM r") == 0)
  }

  @Test func bytesThatAreNoRowsAreAnError() throws {
    let error = try #require(throws: PostgresError.self) {
      var copy = BinaryCopy()
      copy.append(rows: [1, 2, 3])
      copy.finish()
      try connection.copy(statement, copy)
    }
    #expect(error.sqlState?.classCode == "22")
    #expect(try connection.integer("SELECT 5::int4") == 5)
  }

  @Test func aStatementThatIsNoCopyIsRefused() throws {
    #expect(throws: PostgresError.self) {
      try connection.copy("SELECT 1", rows(1))
    }
    #expect(try connection.integer("SELECT 5::int4") == 5)
  }

  @Test func aBufferIsFilledAgainAfterAReset() throws {
    var copy = rows(10)
    try connection.copy(statement, copy)
    copy.reset()
    copy.finish()
    #expect(try connection.copy(statement, copy) == 0)
    #expect(try connection.integer("SELECT count(*) FROM r") == 10)
  }

  @Test func rowsAreAdaptedWhereTheyStand() throws {
    var copy = BinaryCopy()
    copy.append(rows: [9, 9])
    copy.append(rows: [1, 2, 3]) { rows in
      #expect(rows.count == 3)
      rows[0] = 7
    }
    let bytes = copy.withBytes { [UInt8]($0.suffix(5)) }
    #expect(bytes == [9, 9, 7, 2, 3])
  }
}
