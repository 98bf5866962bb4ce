internal import Signals
internal import Time

/// What the spool does on learning how far the database has got.
///
/// Usually the database has what was acknowledged, or more: the answer to a commit was lost. It has
/// less after a failover to a standby that lagged, or after a backup was restored. And it may have
/// batches that the spool does not know, when the end of the spool's file was lost.
public enum Reconciliation: Hashable, Sendable {
  /// Everything up to the watermark is stored; the rest follows.
  case resume
  /// The database has lost what was acknowledged; the spool still has it and sends it again.
  case replay(ClosedRange<Int64>)
  /// The database has lost what was acknowledged, and these batches are no longer in the spool
  /// either. What follows them is sent (again).
  case missing(ClosedRange<Int64>)
  /// The database has batches under numbers that the spool has not given, or gave to others: the
  /// spool forgets what ends by the watermark's time and numbers what follows it anew.
  case renumber

  /// What a spool knows of its own batches.
  struct Knowledge {
    /// The number of the newest batch ever; 0 before the first.
    var last: Int64
    /// The oldest batch that is there, stored or not.
    var oldest: Int64?
    /// The newest batch that was known to be stored.
    var acknowledged: Int64
    /// Where the batch of the watermark's number ends, if it is there.
    var throughOfWatermark: Timestamp?
  }

  static func of(_ watermark: Watermark, _ spool: Knowledge) -> Reconciliation {
    if watermark.sequence > spool.last { return .renumber }
    if let through = spool.throughOfWatermark, through != watermark.through { return .renumber }
    guard watermark.sequence < spool.acknowledged else { return .resume }
    let next = watermark.sequence + 1
    let oldest = spool.oldest ?? spool.last + 1
    if oldest > next { return .missing(next...min(oldest - 1, spool.acknowledged)) }
    return .replay(next...spool.acknowledged)
  }
}
