/// Comparing what must not be guessed piece by piece.
public enum SecretBytes {
  /// Whether both are the same. The time that it takes depends on their lengths, not on what is in them.
  public static func areEqual(_ shown: UnsafeBufferPointer<UInt8>, _ secret: [UInt8]) -> Bool {
    guard shown.count == secret.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(shown, secret) { difference |= a ^ b }
    return difference == 0
  }
}
