public import Time

/// The readings of one stretch of time, numbered: what is kept, sent and acknowledged as one.
public struct Batch: Hashable, Sendable {
  /// Counted from 1 for each producer, in the order of time.
  public var sequence: Int64
  /// The stretch `[since, through)`; the next batch begins at or after `through`.
  public var since: Timestamp
  public var through: Timestamp
  /// How many readings.
  public var count: Int
  /// The readings, encoded by whoever writes them into the database.
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
  /// Of the last batch that is stored; 0 before the first.
  public var sequence: Int64
  /// Where that batch ends; readings from here on are still to come.
  public var through: Timestamp

  public init(sequence: Int64, through: Timestamp) {
    self.sequence = sequence
    self.through = through
  }

  /// Far beyond what anybody counts to, and far from overflowing.
  public static let sequences: ClosedRange<Int64> = 0...(1 << 56)

  /// Whether a producer can have written it. Before the first batch there is no time.
  public var isPlausible: Bool {
    Watermark.sequences.contains(sequence)
      && (sequence == 0 || (0...Timestamp.latest).contains(through.microseconds))
  }
}
