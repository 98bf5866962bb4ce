/// Rows in the format of `COPY … (FORMAT binary)`, in a reusable buffer.
///
/// See "Binary Format" under COPY in PostgreSQL's manual.
public struct BinaryCopy: Sendable {
  private static let header: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
    // Flags, and the length of the header extension.
    + [0, 0, 0, 0, 0, 0, 0, 0]
  private static let trailer: [UInt8] = [0xFF, 0xFF]

  private var bytes: [UInt8] = BinaryCopy.header

  public init() {}

  /// Removes all rows; keeps the memory.
  public mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: BinaryCopy.header)
  }

  /// Appends encoded rows, which `adapt` may change in place.
  public mutating func append(
    rows: some Collection<UInt8>, _ adapt: (UnsafeMutableRawBufferPointer) -> Void = { _ in }
  ) {
    let start = bytes.count
    bytes.append(contentsOf: rows)
    bytes.withUnsafeMutableBytes { adapt(.init(rebasing: $0[start...])) }
  }

  /// Ends the data; call ``reset()`` before adding more.
  public mutating func finish() { bytes.append(contentsOf: BinaryCopy.trailer) }

  /// Passes the complete data to `body`.
  func withBytes<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    let result: Result<R, E> = bytes.withUnsafeBytes { buffer in
      do throws(E) { return .success(try body(buffer)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
