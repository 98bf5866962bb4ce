internal import CPostgres

/// The parameters of one query, in PostgreSQL's binary format.
///
/// The buffers are kept from query to query: filling it again after ``removeAll()`` allocates nothing.
public struct Parameters: Sendable {
  private var storage: [UInt8] = []
  /// Where each begins in `storage`; -1 is NULL.
  private var offsets: [Int] = []
  private var types: [Oid] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  public init() {}

  /// Text parameters, for the simple cases.
  public init(_ texts: String...) {
    for text in texts { append(text) }
  }

  public var count: Int { offsets.count }

  public mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    types.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    formats.removeAll(keepingCapacity: true)
  }

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

  /// A `timestamptz`, in microseconds since 1970 UTC; the least number is `-infinity`.
  public mutating func append(microseconds value: Int64) {
    begin(type: 1184, length: 8)
    storage.append(bigEndian: value == .min ? .min : value - PostgresEpoch.offset)
  }

  private mutating func begin(type: Oid, length: Int) {
    offsets.append(storage.count)
    types.append(type)
    lengths.append(Int32(length))
    formats.append(1)
  }

  /// Gives libpq's five arrays to `body`; the pointers end with the call.
  func withArrays<R>(
    _ body: (
      Int32, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
      UnsafePointer<Int32>?
    ) -> R
  ) -> R {
    storage.withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: max(count, 1)) {
        pointers in
        let base = bytes.baseAddress ?? UnsafeRawPointer(pointers.baseAddress!)
        for (index, offset) in offsets.enumerated() {
          pointers[index] = (base + offset).assumingMemoryBound(to: CChar.self)
        }
        return body(Int32(count), types, pointers.baseAddress, lengths, formats)
      }
    }
  }
}

/// PostgreSQL counts its binary timestamps from 2000, everybody else from 1970.
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
