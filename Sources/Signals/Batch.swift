public import Time

/// The readings of one time interval, numbered: the unit of spooling, shipping and acknowledgement.
public struct Batch: Hashable, Sendable {
  /// Counted from 1 per producer, in time order.
  public var sequence: Int64
  /// The interval `[since, through)`; the next batch begins at or after `through`.
  public var since: Timestamp
  public var through: Timestamp
  /// The number of readings.
  public var count: Int
  /// The encoded readings; the encoding is the database writer's.
  public var rows: [UInt8]

  public init(sequence: Int64, since: Timestamp, through: Timestamp, count: Int, rows: [UInt8]) {
    self.sequence = sequence
    self.since = since
    self.through = through
    self.count = count
    self.rows = rows
  }
}

/// How far a producer's batches are stored in the database.
public struct Watermark: Hashable, Sendable {
  /// The last stored batch; 0 before the first.
  public var sequence: Int64
  /// The end of that batch; later readings are not stored yet.
  public var through: Timestamp

  public init(sequence: Int64, through: Timestamp) {
    self.sequence = sequence
    self.through = through
  }

  /// Far beyond any real sequence, and far from overflow.
  public static let sequences: ClosedRange<Int64> = 0...(1 << 56)

  /// Whether a producer can have written it. Before the first batch there is no time.
  public var isPlausible: Bool {
    Watermark.sequences.contains(sequence)
      && (sequence == 0 || (0...Timestamp.latest).contains(through.microseconds))
  }
}
