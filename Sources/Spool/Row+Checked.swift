internal import GRDB
internal import Time

/// Column access that throws for damaged values, where GRDB would trap.
extension Row {
  /// Far beyond any real value, and far from overflow.
  private static let plausible: ClosedRange<Int64> = -(1 << 56)...(1 << 56)

  func integer(_ column: String) throws -> Int64 {
    let value: DatabaseValue = self[column] ?? .null
    guard let integer = Int64.fromDatabaseValue(value), Row.plausible.contains(integer) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "invalid \(column): \(value)")
    }
    return integer
  }

  func timestamp(_ column: String) throws -> Timestamp {
    Timestamp(microseconds: try integer(column))
  }

  func text(_ column: String) throws -> String {
    let value: DatabaseValue = self[column] ?? .null
    guard let text = String.fromDatabaseValue(value) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "invalid \(column): \(value)")
    }
    return text
  }

  func isNull(_ column: String) -> Bool { (self[column] ?? DatabaseValue.null).isNull }
}
