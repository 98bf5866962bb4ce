import Logging
import Signals
import Spool

extension Reconciliation {
  /// The log message for an outcome worth reporting.
  func message(_ watermark: Watermark) -> (level: Logger.Level, text: String)? {
    switch self {
    case .resume: nil
    case .replay(let sequences):
      (
        .warning,
        "the database has lost batches after \(watermark.sequence); sending \(sequences.lowerBound) to \(sequences.upperBound) again"
      )
    case .missing(let sequences):
      (
        .error,
        "the database has lost batches after \(watermark.sequence); \(sequences.lowerBound) to \(sequences.upperBound) are no longer in the spool and are missing"
      )
    case .renumber:
      (
        .warning,
        "the database has batch \(watermark.sequence), up to \(watermark.through), which is unknown to the spool; continuing from there"
      )
    }
  }
}
