import TestSupport
import Testing

@testable import Postgres

@Suite struct BinaryArrayTests {
  private func connect() throws -> PostgresConnection {
    try PostgresConnection(PostgresServer.shared.get().parameters())
  }

  @Test func arraysOfTheServerAreRead() throws {
    let row = try connect().execute(
      """
      SELECT '{-32768,0,32767}'::int2[], '{-2147483648,2147483647}'::int4[],
        '{-0,1.5,5e-324,NaN,-Infinity}'::float8[], '{}'::int2[]
      """)
    #expect(row.int2s(0, 0) == [-32_768, 0, 32_767])
    #expect(row.int4s(0, 1) == [-2_147_483_648, 2_147_483_647])
    #expect(
      row.float8s(0, 2)?.dropLast(2).map(\.bitPattern)
        == [-0.0, 1.5, .leastNonzeroMagnitude].map { ($0 as Double).bitPattern })
    #expect(row.float8s(0, 2)?.last == -.infinity)
    #expect(row.int2s(0, 3) == [])
  }

  @Test func whatIsNoArrayOfTheTypeIsNil() throws {
    let row = try connect().execute(
      """
      SELECT NULL::int2[], '{1,NULL}'::int2[], '{{1,2},{3,4}}'::int2[], '{1}'::int4[]
      """)
    for column in 0..<4 { #expect(row.int2s(0, column) == nil) }
  }

  @Test(arguments: [0, 1, 2, 36_000]) func arraysAreStoredAsTheyAre(count: Int) throws {
    let connection = try connect()
    try connection.executeScript(
      "CREATE TEMPORARY TABLE arrays (int2s int2[], int4s int4[], float8s float8[])")
    var generator = SeededGenerator(seed: UInt64(count))
    let int2s = (0..<count).map { _ in Int16.random(in: .min ... .max, using: &generator) }
    let int4s = (0..<count).map { _ in Int32.random(in: .min ... .max, using: &generator) }
    let float8s = (0..<count).map { _ in Double.random(in: -1e300...1e300, using: &generator) }
    var row: [UInt8] = [0, 3]
    func append(_ size: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
      row.append(bigEndian: Int32(size))
      let begin = row.count
      row.append(contentsOf: repeatElement(0xAA, count: size))
      row.withUnsafeMutableBytes { write(.init(rebasing: $0[begin...])) }
    }
    append(BinaryArray.size(of: int2s)) { BinaryArray.write(int2s, to: $0) }
    append(BinaryArray.size(of: int4s)) { BinaryArray.write(int4s, to: $0) }
    append(BinaryArray.size(of: float8s)) { BinaryArray.write(float8s, to: $0) }
    var copy = BinaryCopy()
    copy.append(rows: row)
    copy.finish()
    try connection.copy("COPY arrays FROM STDIN (FORMAT binary)", copy)
    let found = try connection.execute(
      "SELECT *, cardinality(int2s), (SELECT coalesce(sum(n), 0) FROM unnest(int4s) n)::int8 FROM arrays"
    )
    #expect(found.int2s(0, 0) == int2s)
    #expect(found.int4s(0, 1) == int4s)
    #expect(found.float8s(0, 2) == float8s)
    #expect(found.integer(0, 3) == Int64(count))
    #expect(found.integer(0, 4) == int4s.reduce(0) { $0 + Int64($1) })
  }
}
