/// One-dimensional arrays without NULLs in PostgreSQL's binary format (`array_send`, `array_recv`).
///
/// Number of dimensions, NULL flag, element type, length and lower bound of each dimension, then length
/// and value of each element; all in network byte order.
public enum BinaryArray {
  static let headerSize = 20

  /// In bytes, without the length that precedes a column.
  public static func size(of elements: [Int16]) -> Int { size(elements) }
  public static func size(of elements: [Int32]) -> Int { size(elements) }
  public static func size(of elements: [Double]) -> Int { size(elements) }

  /// Fills a buffer of ``size(of:)`` with an `int2[]`.
  public static func write(_ elements: [Int16], to buffer: UnsafeMutableRawBufferPointer) {
    write(elements, type: OID.int2, to: buffer) { $0 }
  }

  /// Fills a buffer of ``size(of:)`` with an `int4[]`.
  public static func write(_ elements: [Int32], to buffer: UnsafeMutableRawBufferPointer) {
    write(elements, type: OID.int4, to: buffer) { $0 }
  }

  /// Fills a buffer of ``size(of:)`` with a `float8[]`.
  public static func write(_ elements: [Double], to buffer: UnsafeMutableRawBufferPointer) {
    write(elements, type: OID.float8, to: buffer) { Int64(bitPattern: $0.bitPattern) }
  }

  /// Element types; their OIDs are fixed in `pg_type.dat`.
  enum OID {
    static let int2: Int32 = 21
    static let int4: Int32 = 23
    static let float8: Int32 = 701
  }

  @inline(__always)
  private static func size<T>(_ elements: [T]) -> Int {
    // An empty array has no dimensions.
    elements.isEmpty ? 12 : headerSize + elements.count * (4 + MemoryLayout<T>.size)
  }

  @inline(__always)
  private static func write<T, Bits: FixedWidthInteger>(
    _ elements: [T], type: Int32, to buffer: UnsafeMutableRawBufferPointer, _ bits: (T) -> Bits
  ) {
    precondition(buffer.count == size(elements))
    buffer.store(elements.isEmpty ? 0 : 1 as Int32, 0)
    buffer.store(0 as Int32, 4)
    buffer.store(type, 8)
    if elements.isEmpty { return }
    buffer.store(Int32(elements.count), 12)
    buffer.store(1 as Int32, 16)
    var offset = headerSize
    for element in elements {
      buffer.store(Int32(MemoryLayout<Bits>.size), offset)
      buffer.store(bits(element), offset + 4)
      offset += 4 + MemoryLayout<Bits>.size
    }
  }

  /// The elements in `bytes`; nil unless it is a one-dimensional array of this type without NULLs.
  @inline(__always)
  static func read<T, Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, type: Int32, _ value: (Bits) -> T
  ) -> [T]? {
    guard bytes.count >= 12, bytes.load(8) == type else { return nil }
    if bytes.load(0) == 0 as Int32 { return bytes.count == 12 ? [] : nil }
    guard bytes.load(0) == 1 as Int32, bytes.count >= headerSize else { return nil }
    let size = 4 + MemoryLayout<Bits>.size
    let length = Int(bytes.load(12) as Int32)
    guard length > 0, bytes.count == headerSize + length * size else { return nil }
    var elements: [T] = []
    elements.reserveCapacity(length)
    for offset in stride(from: headerSize, to: bytes.count, by: size) {
      // The length of a NULL is -1.
      guard bytes.load(offset) == Int32(size - 4) else { return nil }
      elements.append(value(bytes.load(offset + 4)))
    }
    return elements
  }
}

extension QueryResult {
  /// An `int2[]`; nil if it is NULL, contains a NULL or has several dimensions.
  public func int2s(_ row: Int, _ column: Int) -> [Int16]? {
    withArray(row, column) { BinaryArray.read($0, type: BinaryArray.OID.int2) { $0 } }
  }

  /// An `int4[]`; nil if it is NULL, contains a NULL or has several dimensions.
  public func int4s(_ row: Int, _ column: Int) -> [Int32]? {
    withArray(row, column) { BinaryArray.read($0, type: BinaryArray.OID.int4) { $0 } }
  }

  /// A `float8[]`; nil if it is NULL, contains a NULL or has several dimensions.
  public func float8s(_ row: Int, _ column: Int) -> [Double]? {
    withArray(row, column) {
      BinaryArray.read($0, type: BinaryArray.OID.float8) { (bits: UInt64) in
        Double(bitPattern: bits)
      }
    }
  }

  private func withArray<T>(
    _ row: Int, _ column: Int, _ read: (UnsafeRawBufferPointer) -> [T]?
  ) -> [T]? {
    isNull(row, column) ? nil : withBytes(row, column, read)
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func store(_ value: some FixedWidthInteger, _ offset: Int) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> T {
    T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
