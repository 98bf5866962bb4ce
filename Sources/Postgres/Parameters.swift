internal import CPostgres

/// Query parameters in PostgreSQL's binary format.
///
/// Equal when their types and bytes are equal.
public struct Parameters: Sendable, Hashable {
  private struct Entry: Hashable {
    let type: Oid
    let offset: Int32
    let length: Int32
  }

  private var storage: [UInt8] = []
  private var entries: [Entry] = []

  public init() {}

  /// Text parameters.
  public init(_ texts: String...) {
    for text in texts { append(text) }
  }

  public var count: Int { entries.count }

  /// A `text`.
  public mutating func append(_ value: String) {
    begin(type: 25, length: value.utf8.count)
    storage.append(contentsOf: value.utf8)
  }

  /// A `bigint`.
  public mutating func append(_ value: Int64) {
    begin(type: 20, length: 8)
    storage.append(bigEndian: value)
  }

  /// An `integer`.
  public mutating func append(_ value: Int32) {
    begin(type: 23, length: 4)
    storage.append(bigEndian: value)
  }

  /// A `double precision`.
  public mutating func append(_ value: Double) {
    begin(type: 701, length: 8)
    storage.append(bigEndian: value.bitPattern)
  }

  /// A `timestamptz`, in microseconds since 1970 UTC; the minimum is `-infinity`.
  public mutating func append(microseconds value: Int64) {
    begin(type: 1184, length: 8)
    storage.append(bigEndian: value == .min ? .min : value - PostgresEpoch.offset)
  }

  private mutating func begin(type: Oid, length: Int) {
    entries.append(Entry(type: type, offset: Int32(storage.count), length: Int32(length)))
  }

  /// Passes libpq's five arrays to `body`; the pointers are valid during the call.
  func withArrays<R>(
    _ body: (
      Int32, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
      UnsafePointer<Int32>?
    ) -> R
  ) -> R {
    let room = max(count, 1)
    return storage.withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: room) { pointers in
        withUnsafeTemporaryAllocation(of: Oid.self, capacity: room) { types in
          withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * room) { numbers in
            let base = bytes.baseAddress ?? UnsafeRawPointer(pointers.baseAddress!)
            for (index, entry) in entries.enumerated() {
              pointers[index] = (base + Int(entry.offset)).assumingMemoryBound(to: CChar.self)
              types[index] = entry.type
              numbers[index] = entry.length
              // All in binary format.
              numbers[room + index] = 1
            }
            return body(
              Int32(count), types.baseAddress, pointers.baseAddress, numbers.baseAddress,
              numbers.baseAddress! + room)
          }
        }
      }
    }
  }
}

/// PostgreSQL's binary timestamps count from 2000.
public enum PostgresEpoch {
  /// Microseconds from 1970-01-01 to 2000-01-01, UTC.
  public static let offset: Int64 = 946_684_800_000_000
}

extension [UInt8] {
  /// Network byte order.
  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
