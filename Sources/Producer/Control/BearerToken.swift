/// A secret that a caller shows to be let in.
struct BearerToken: Sendable {
  static let shortest = 16

  private let bytes: [UInt8]

  /// Nil when the text is too short to be a secret, or cannot stand in a header.
  init?(_ text: String) {
    bytes = Array(text.utf8)
    guard bytes.count >= BearerToken.shortest, bytes.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
  }

  /// Whether an `Authorization` header carries this token.
  ///
  /// The time that the comparison takes depends on what the caller sent, not on how much of it is right.
  func isCarried(by header: some Collection<UInt8>) -> Bool {
    let scheme = "bearer "
    guard String(decoding: header.prefix(scheme.utf8.count), as: UTF8.self).lowercased() == scheme
    else { return false }
    let shown = header.dropFirst(scheme.utf8.count)
    var difference = shown.count ^ bytes.count
    for (index, byte) in shown.enumerated() {
      difference |= Int(byte ^ bytes[index % bytes.count])
    }
    return difference == 0
  }
}
