import FoundationEssentials
import Signals

extension Timestamp {
  /// By this machine's clock.
  ///
  /// A Date, as `timespec` is declared once more by every C library: see ``TimeStyle``.
  static var now: Timestamp {
    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }
}
