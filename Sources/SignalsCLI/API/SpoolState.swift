import Time

/// What the producer has on disk.
struct SpoolState: Decodable, Equatable {
  /// Waiting for the database, as are ``readings`` and ``bytes``.
  let batches: Int
  let readings: Int
  let bytes: Int
  /// The machines wait when more would be on disk.
  let limitBytes: Int
  /// The first reading of those that wait; nil when none does.
  let oldest: Timestamp?
  /// Stored, and kept for the case that the database loses them.
  let keptBatches: Int
  let keptBytes: Int

  private enum CodingKeys: String, CodingKey {
    case batches
    case readings
    case bytes
    case limitBytes = "limit_bytes"
    case oldest
    case keptBatches = "kept_batches"
    case keptBytes = "kept_bytes"
  }

  /// How much of its room is taken by what waits, 0 to 100 and beyond.
  var percentFull: Double {
    limitBytes > 0 ? Double(bytes) * 100 / Double(limitBytes) : 100
  }
}
