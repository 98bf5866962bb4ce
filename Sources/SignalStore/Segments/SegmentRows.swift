internal import Postgres
public import Signals
internal import Time

/// Segments as rows of a binary COPY into the table `segments`.
///
/// Rows carry the producer's own numbers of machine and type and reading ids that count from 0, so they
/// can be encoded and kept while the database is away; the writer replaces them with the database's ids.
public struct SegmentRows: Sendable {
  /// Columns that are never NULL come first, at the fixed places of ``Offset``.
  static let columns = """
    machine_id, type_id, first_id, start, stop, scale, step, int2_values, int4_values, float8_values, \
    offsets, id_shifts
    """
  private static let columnCount: Int16 = 12

  /// Where columns begin: a row is the number of columns, then each column's length and value.
  private enum Offset {
    static let machine = 2
    static let type = 10
    static let firstID = 16
    static let start = 28
    static let stop = 40
    static let scale = 52
    static let step = 60
  }

  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Removes all rows and keeps the capacity.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  public mutating func append(_ segment: Segment, machine: Int32, type: Int16) {
    let size = SegmentRows.size(of: segment)
    let begin = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: size))
    bytes.withUnsafeMutableBytes { buffer in
      let row = UnsafeMutableRawBufferPointer(rebasing: buffer[begin...])
      row.store(SegmentRows.columnCount, 0)
      row.store(column: machine, Offset.machine)
      row.store(column: type, Offset.type)
      row.store(column: segment.ids.first, Offset.firstID)
      row.store(column: segment.start.microseconds - PostgresEpoch.offset, Offset.start)
      row.store(column: segment.stop.microseconds - PostgresEpoch.offset, Offset.stop)
      row.store(column: segment.values.scale, Offset.scale)
      let end = SegmentRows.writeVariable(segment, row)
      precondition(end == size)
    }
  }

  /// Writes the nullable columns and returns where they end.
  private static func writeVariable(_ segment: Segment, _ row: UnsafeMutableRawBufferPointer)
    -> Int
  {
    var columns = Columns(row: row, offset: Offset.step)
    var offsets: [Int32]?
    switch segment.times {
    case .even(let step): columns.append(step)
    case .offsets(let given):
      columns.appendNull()
      offsets = given
    }
    switch segment.values {
    case .int2(let elements, _):
      columns.append(elements)
      columns.appendNull()
      columns.appendNull()
    case .int4(let elements, _):
      columns.appendNull()
      columns.append(elements)
      columns.appendNull()
    case .float8(let elements):
      columns.appendNull()
      columns.appendNull()
      columns.append(elements)
    }
    columns.append(offsets)
    columns.append(segment.ids.shifts)
    return columns.offset
  }

  private static func size(of segment: Segment) -> Int {
    // Each of the six nullable columns has a length.
    var size = Offset.step + 6 * 4
    switch segment.times {
    case .even: size += 4
    case .offsets(let offsets): size += BinaryArray.size(of: offsets)
    }
    switch segment.values {
    case .int2(let elements, _): size += BinaryArray.size(of: elements)
    case .int4(let elements, _): size += BinaryArray.size(of: elements)
    case .float8(let elements): size += BinaryArray.size(of: elements)
    }
    return size + (segment.ids.shifts.map { BinaryArray.size(of: $0) } ?? 0)
  }

  /// Replaces the producer's numbers with the database's ids.
  ///
  /// - Parameter firstID: Added to each reading's id.
  static func identify(
    _ rows: UnsafeMutableRawBufferPointer, machines: [Int32], types: [Int16], firstID: Int64
  ) {
    forEachRow(UnsafeRawBufferPointer(rows)) { begin in
      let row = UnsafeMutableRawBufferPointer(rebasing: rows[begin...])
      let read = UnsafeRawBufferPointer(row)
      row.store(machines[Int(read.load(Offset.machine + 4) as Int32)], Offset.machine + 4)
      row.store(types[Int(read.load(Offset.type + 4) as Int16)], Offset.type + 4)
      row.store((read.load(Offset.firstID + 4) as Int64) + firstID, Offset.firstID + 4)
    }
  }

  /// The highest machine number in rows.
  static func lastMachine(_ bytes: [UInt8]) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var last: Int32 = 0
      forEachRow(buffer) { last = max(last, buffer.load($0 + Offset.machine + 4)) }
      return last
    }
  }

  private static func forEachRow(_ rows: UnsafeRawBufferPointer, _ body: (_ begin: Int) -> Void) {
    var begin = 0
    while begin < rows.count {
      body(begin)
      var end = begin + 2
      for _ in 0..<columnCount {
        end += 4 + max(0, Int(rows.load(end) as Int32))
      }
      begin = end
    }
  }
}

extension SegmentRows {
  /// The segment in a row of a result, where `column` is `first_id` and the rest of ``columns`` follows;
  /// nil if it is not a valid one.
  static func segment(_ result: borrowing QueryResult, _ row: Int, from column: Int) -> Segment? {
    guard let scale = Int32(exactly: result.integer(row, column + 3)) else { return nil }
    let times: Segment.Times
    if !result.isNull(row, column + 4) {
      times = .even(step: Int32(result.integer(row, column + 4)))
    } else {
      guard let offsets = result.int4s(row, column + 8) else { return nil }
      times = .offsets(offsets)
    }
    let values: Segment.Values
    if let elements = result.int2s(row, column + 5) {
      values = .int2(elements, scale: scale)
    } else if let elements = result.int4s(row, column + 6) {
      values = .int4(elements, scale: scale)
    } else if let elements = result.float8s(row, column + 7) {
      values = .float8(elements)
    } else {
      return nil
    }
    return Segment(
      start: Timestamp(microseconds: result.microseconds(row, column + 1)),
      stop: Timestamp(microseconds: result.microseconds(row, column + 2)), times: times,
      values: values,
      ids: Segment.IDs(
        first: result.integer(row, column), shifts: result.int4s(row, column + 9)))
  }
}

extension Segment.Values {
  /// 1 for values that are not divided.
  fileprivate var scale: Int32 {
    switch self {
    case .int2(_, let scale), .int4(_, let scale): scale
    case .float8: 1
    }
  }
}

/// Writes the nullable columns of a row one after the other.
private struct Columns {
  let row: UnsafeMutableRawBufferPointer
  private(set) var offset: Int

  init(row: UnsafeMutableRawBufferPointer, offset: Int) {
    self.row = row
    self.offset = offset
  }

  mutating func appendNull() {
    row.store(-1 as Int32, offset)
    offset += 4
  }

  mutating func append(_ value: Int32) {
    row.store(column: value, offset)
    offset += 8
  }

  mutating func append(_ elements: [Int16]) {
    BinaryArray.write(elements, to: next(BinaryArray.size(of: elements)))
  }

  mutating func append(_ elements: [Int32]?) {
    guard let elements else { return appendNull() }
    BinaryArray.write(elements, to: next(BinaryArray.size(of: elements)))
  }

  mutating func append(_ elements: [Double]) {
    BinaryArray.write(elements, to: next(BinaryArray.size(of: elements)))
  }

  /// Writes a column's length and returns the room for its value.
  private mutating func next(_ size: Int) -> UnsafeMutableRawBufferPointer {
    row.store(Int32(size), offset)
    let begin = offset + 4
    offset = begin + size
    return UnsafeMutableRawBufferPointer(rebasing: row[begin..<offset])
  }
}
