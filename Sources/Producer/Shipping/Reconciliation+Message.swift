import Logging
import Signals
import Spool

extension Reconciliation {
  /// What is worth saying of it.
  func message(_ watermark: Watermark) -> (level: Logger.Level, text: String)? {
    switch self {
    case .resume: nil
    case .replay(let sequences):
      (
        .warning,
        "the database has batches up to \(watermark.sequence) only, and had more; sending \(sequences.lowerBound) to \(sequences.upperBound) again"
      )
    case .missing(let sequences):
      (
        .error,
        "the database has batches up to \(watermark.sequence) only, and had more; \(sequences.lowerBound) to \(sequences.upperBound) are no longer in the spool and are missing"
      )
    case .renumber:
      (
        .warning,
        "the database has batch \(watermark.sequence) up to \(watermark.through), which the spool does not know; going on from there"
      )
    }
  }
}
