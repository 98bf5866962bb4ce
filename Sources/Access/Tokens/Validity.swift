internal import FoundationEssentials

/// When a token is good, by the time of day: seconds since 1970 UTC.
public struct Validity: Sendable, Hashable {
  /// How far the clock of who made the token may be from ours.
  public static let skew = 30.0
  /// Up to the end of the year 9999: a token whose end lies beyond has none.
  static let dates = -253_402_300_800.0...253_402_300_799.0

  public let notBefore: Double?
  public let expires: Double

  /// Looked at each time that the token is shown, for a clock may be set back, too.
  ///
  /// - Returns: Why it is not good at this time; nil when it is.
  public func refusal(at now: Double) -> Refusal? {
    if now >= expires + Validity.skew { return .expired }
    if let notBefore, now < notBefore - Validity.skew { return .notYet }
    return nil
  }

  /// The time of day, by this machine's clock.
  public static var now: Double { Date().timeIntervalSince1970 }
}
