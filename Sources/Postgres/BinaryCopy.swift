/// Rows in the format of `COPY … (FORMAT binary)`.
///
/// See "Binary Format" under COPY in PostgreSQL's manual. The buffer is kept when it is filled again.
public struct BinaryCopy: Sendable {
  private var bytes: [UInt8] = []

  public init() { reset() }

  /// Forgets all rows; keeps the memory.
  public mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: "PGCOPY\n".utf8)
    bytes.append(contentsOf: [0xFF, 0x0D, 0x0A, 0x00])
    bytes.append(bigEndian: Int32(0))  // flags
    bytes.append(bigEndian: Int32(0))  // length of the header's extension
  }

  /// Begins a row of `columns` columns; as many calls of `append` follow.
  public mutating func beginRow(columns: Int16) { bytes.append(bigEndian: columns) }

  /// A `smallint`.
  public mutating func append(_ value: Int16) {
    bytes.append(bigEndian: Int32(2))
    bytes.append(bigEndian: value)
  }

  /// An `integer`.
  public mutating func append(_ value: Int32) {
    bytes.append(bigEndian: Int32(4))
    bytes.append(bigEndian: value)
  }

  /// A `double precision`.
  public mutating func append(_ value: Double) {
    bytes.append(bigEndian: Int32(8))
    bytes.append(bigEndian: value.bitPattern)
  }

  /// A `timestamptz`, in microseconds since 1970 UTC.
  public mutating func append(microseconds value: Int64) {
    bytes.append(bigEndian: Int32(8))
    bytes.append(bigEndian: value - PostgresEpoch.offset)
  }

  /// Ends the rows and gives all bytes to `body`; call ``reset()`` before more rows.
  public mutating func finish<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R
  {
    bytes.append(bigEndian: Int16(-1))
    let result: Result<R, E> = bytes.withUnsafeBytes { buffer in
      do throws(E) { return .success(try body(buffer)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
