internal import CPostgres

/// The rows of a query, in binary format. The corresponding C type is `PGresult`.
///
/// Columns are numbered from 0. Reading a column as the wrong type is a programming error and traps.
public struct QueryResult: ~Copyable {
  let handle: OpaquePointer

  init(taking handle: OpaquePointer) { self.handle = handle }

  deinit { PQclear(handle) }

  public var rowCount: Int { Int(PQntuples(handle)) }

  /// The number of rows affected by an INSERT, UPDATE, DELETE or COPY; 0 for other commands.
  public var affectedRows: Int {
    guard let text = PQcmdTuples(handle) else { return 0 }
    return Int(String(cString: text)) ?? 0
  }

  public func isNull(_ row: Int, _ column: Int) -> Bool {
    PQgetisnull(handle, Int32(row), Int32(column)) == 1
  }

  /// The raw bytes of a column, valid during the call.
  public func withBytes<R>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    let length = Int(PQgetlength(handle, Int32(row), Int32(column)))
    return body(
      UnsafeRawBufferPointer(start: PQgetvalue(handle, Int32(row), Int32(column)), count: length))
  }

  /// A `smallint`, `integer` or `bigint`.
  public func integer(_ row: Int, _ column: Int) -> Int64 {
    withBytes(row, column) { bytes in
      switch bytes.count {
      case 2: Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
      case 4: Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
      case 8: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
      default: preconditionFailure("column \(column) is not an integer")
      }
    }
  }

  /// A `double precision`.
  public func double(_ row: Int, _ column: Int) -> Double {
    withBytes(row, column) { bytes in
      precondition(bytes.count == 8, "column \(column) is not a double precision")
      return Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
    }
  }

  /// A `boolean`.
  public func boolean(_ row: Int, _ column: Int) -> Bool {
    withBytes(row, column) { bytes in
      precondition(bytes.count == 1, "column \(column) is not a boolean")
      return bytes[0] != 0
    }
  }

  /// A `timestamptz`, in microseconds since 1970 UTC.
  public func microseconds(_ row: Int, _ column: Int) -> Int64 {
    let value = integer(row, column)
    // Both infinities are preserved, as are times close to them.
    if value == .min { return .min }
    let (moved, overflow) = value.addingReportingOverflow(PostgresEpoch.offset)
    return overflow ? .max : moved
  }

  /// A `text`, `name` or `varchar`.
  public func string(_ row: Int, _ column: Int) -> String {
    withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
  }

  /// PG_DIAG_MESSAGE_PRIMARY
  static let primaryMessage = Int32(UInt8(ascii: "M"))

  var status: ExecStatusType { PQresultStatus(handle) }

  /// The error in this result, if it is one.
  func error(during action: String) -> PostgresError? {
    guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE else { return nil }
    let code = SQLState(of: handle)
    let message =
      PQresultErrorField(handle, QueryResult.primaryMessage) ?? PQresultErrorMessage(handle)
    var text = oneLine(message)
    if let detail = PQresultErrorField(handle, 68 /* PG_DIAG_MESSAGE_DETAIL, 'D' */) {
      text += " (\(oneLine(detail)))"
    }
    // Class 57P: the server is shutting down or the session was terminated. Class 08: the connection
    // broke. No code: libpq noticed the broken connection itself.
    let lost = code.map { $0.rawValue.hasPrefix("57P") || $0.classCode == "08" } ?? true
    let constraint = PQresultErrorField(handle, 110 /* PG_DIAG_CONSTRAINT_NAME, 'n' */)
    return PostgresError(
      sqlState: code, message: text, action: action, sessionIsLost: lost,
      constraint: constraint.map { String(cString: $0) })
  }
}

extension SQLState {
  /// The code of an error or notice.
  init?(of result: OpaquePointer) {
    guard let code = PQresultErrorField(result, 67 /* PG_DIAG_SQLSTATE, 'C' */) else { return nil }
    self.init(rawValue: String(cString: code))
  }
}

/// libpq's messages end in a newline and may have several lines; indented ones are hints.
func oneLine(_ message: UnsafePointer<CChar>?) -> String {
  guard let message else { return "no reason given" }
  return String(cString: message).split(whereSeparator: \.isNewline)
    .filter { !$0.hasPrefix("\t") }.joined(separator: "; ")
}
