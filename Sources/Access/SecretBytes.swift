/// Constant-time comparison of secrets.
public enum SecretBytes {
  /// Whether both are equal, in time that depends on their lengths only.
  public static func areEqual(_ shown: UnsafeBufferPointer<UInt8>, _ secret: [UInt8]) -> Bool {
    guard shown.count == secret.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(shown, secret) { difference |= a ^ b }
    return difference == 0
  }
}
