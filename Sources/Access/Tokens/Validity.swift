internal import FoundationEssentials

/// The validity period of a token, in seconds since 1970 UTC.
public struct Validity: Sendable, Hashable {
  /// The tolerated clock skew between issuer and verifier.
  public static let skew = 30.0
  /// Up to the end of the year 9999: a token that expires later is rejected.
  static let dates = -253_402_300_800.0...253_402_300_799.0

  public let notBefore: Double?
  public let expires: Double

  /// Checked each time the token is presented, since the clock may also be set back.
  ///
  /// - Returns: Why the token is not valid at `now`; nil when it is.
  public func refusal(at now: Double) -> TokenError? {
    if now >= expires + Validity.skew { return .expired }
    if let notBefore, now < notBefore - Validity.skew { return .notYetValid }
    return nil
  }

  /// The current time of this machine's clock.
  public static var now: Double { Date().timeIntervalSince1970 }
}
