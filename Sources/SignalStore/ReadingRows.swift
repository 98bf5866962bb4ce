internal import Postgres
public import Signals
public import Time

/// Readings as fixed-size rows of a binary COPY into `machine_signals`.
///
/// Instead of database ids they hold the producer's own numbers for machine and type, so that they can
/// be encoded and spooled without a database; the writer substitutes the ids.
public struct ReadingRows: Sendable {
  /// The size of a row in bytes: the number of columns, then the length and value of each, in network
  /// byte order.
  public static let size = 40
  static let columns = "machine_id, type_id, value, time"

  /// The offsets within a row.
  private enum Offset {
    static let count = 0
    static let machine = 2
    static let type = 10
    static let value = 16
    static let time = 28
  }

  public let bytes: [UInt8]

  public init(_ readings: [Reading]) {
    let size = readings.count * ReadingRows.size
    bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let rows = UnsafeMutableRawBufferPointer(buffer)
      var start = 0
      for reading in readings {
        ReadingRows.write(reading, .init(rebasing: rows[start..<start + ReadingRows.size]))
        start += ReadingRows.size
      }
      count = size
    }
  }

  private static func write(_ reading: Reading, _ row: UnsafeMutableRawBufferPointer) {
    row.store(Int16(4), Offset.count)
    row.store(column: reading.machine, Offset.machine)
    row.store(column: reading.type, Offset.type)
    row.store(column: reading.value.bitPattern, Offset.value)
    row.store(column: reading.time.microseconds - PostgresEpoch.offset, Offset.time)
  }

  /// Decodes a row.
  static func reading(_ row: UnsafeRawBufferPointer) -> Reading {
    Reading(
      machine: row.load(Offset.machine + 4), type: row.load(Offset.type + 4),
      value: Double(bitPattern: row.load(Offset.value + 4)),
      time: Timestamp(microseconds: row.load(Offset.time + 4) + PostgresEpoch.offset))
  }

  /// Decodes rows, in order.
  public static func readings(_ bytes: [UInt8]) -> [Reading] {
    bytes.withUnsafeBytes { buffer in
      stride(from: 0, to: buffer.count, by: size).map {
        reading(.init(rebasing: buffer[$0..<$0 + size]))
      }
    }
  }

  static func forEach(_ rows: ArraySlice<UInt8>, _ body: (Reading) -> Void) {
    rows.withUnsafeBytes { buffer in
      for start in stride(from: 0, to: buffer.count, by: size) {
        body(reading(.init(rebasing: buffer[start..<start + size])))
      }
    }
  }

  /// The highest machine number in the rows.
  static func lastMachine(_ bytes: [UInt8]) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      stride(from: Offset.machine + 4, to: buffer.count, by: size).reduce(0) {
        max($0, buffer.load($1) as Int32)
      }
    }
  }

  /// Substitutes database ids for the producer's numbers.
  static func identify(
    _ rows: UnsafeMutableRawBufferPointer, machines: [Int32], types: [Int16]
  ) {
    let rowsToRead = UnsafeRawBufferPointer(rows)
    for start in stride(from: 0, to: rows.count, by: size) {
      let machine: Int32 = rowsToRead.load(start + Offset.machine + 4)
      let type: Int16 = rowsToRead.load(start + Offset.type + 4)
      rows.store(machines[Int(machine)], start + Offset.machine + 4)
      rows.store(types[Int(type)], start + Offset.type + 4)
    }
  }
}

extension Batch {
  /// The part at or after `time`, which must be within the batch.
  public func rest(from time: Timestamp) -> Batch {
    let readings = ReadingRows.readings(rows).filter { $0.time >= time }
    return Batch(
      sequence: sequence, since: time, through: through, count: readings.count,
      rows: ReadingRows(readings).bytes)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// In network byte order.
  func store(_ value: some FixedWidthInteger, _ offset: Int) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
  }

  /// A column: its length, then its value.
  func store<T: FixedWidthInteger>(column value: T, _ offset: Int) {
    store(Int32(MemoryLayout<T>.size), offset)
    store(value, offset + 4)
  }
}

extension UnsafeRawBufferPointer {
  func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> T {
    T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
