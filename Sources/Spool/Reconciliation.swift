internal import Signals
internal import Time

/// How the spool reacts to the database's watermark.
///
/// Usually the database has what was acknowledged, or more, when the response to a commit was lost. It
/// has less after a failover to a lagging standby or a restored backup. It may also have batches
/// unknown to the spool, when the end of the spool's file was lost.
public enum Reconciliation: Hashable, Sendable {
  /// Everything up to the watermark is stored; continue after it.
  case resume
  /// The database has lost acknowledged batches that the spool still has: send them again.
  case replay(ClosedRange<Int64>)
  /// The database has lost acknowledged batches that are no longer in the spool either. What follows is
  /// sent (again).
  case missing(ClosedRange<Int64>)
  /// The database has batches with numbers that the spool has not assigned, or assigned to others: the
  /// spool drops what ends by the watermark's time and renumbers the rest.
  case renumber

  /// What the spool knows of its own batches.
  struct LocalState {
    /// The number of the newest batch ever; 0 before the first.
    var last: Int64
    /// The oldest batch present, stored or not.
    var oldest: Int64?
    /// The newest batch known to be stored.
    var acknowledged: Int64
    /// The end of the batch with the watermark's number, if present.
    var throughOfWatermark: Timestamp?
  }

  static func of(_ watermark: Watermark, _ spool: LocalState) -> Reconciliation {
    if watermark.sequence > spool.last { return .renumber }
    if let through = spool.throughOfWatermark, through != watermark.through { return .renumber }
    guard watermark.sequence < spool.acknowledged else { return .resume }
    let next = watermark.sequence + 1
    let oldest = spool.oldest ?? spool.last + 1
    if oldest > next { return .missing(next...min(oldest - 1, spool.acknowledged)) }
    return .replay(next...spool.acknowledged)
  }
}
