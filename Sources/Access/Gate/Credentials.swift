/// What a request shows of who sends it, as the web server passes it on.
public protocol Credentials: ~Copyable {
  /// The bytes of the header `Authorization`; empty without one.
  func withAuthorization<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R
  /// The address that it came from, as the web server sees it.
  func withAddress<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R
  /// The certificate that the web server has verified.
  var certificate: (subject: String, fingerprint: String)? { get }
}

/// Parts of what credentials show.
enum Shown {
  /// The token of `Authorization: Bearer TOKEN`; nil when there is none of this kind.
  static func bearerToken(_ header: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    let scheme = "bearer ".utf8
    guard header.count >= scheme.count,
      zip(header, scheme).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
    else { return nil }
    return UnsafeBufferPointer(rebasing: header[scheme.count...])
  }

  /// Whether an address is one of this machine's own.
  static func isLoopback(_ address: UnsafeBufferPointer<UInt8>) -> Bool {
    address.starts(with: "127.".utf8) || address.elementsEqual("::1".utf8)
      || address.starts(with: "::ffff:127.".utf8)
  }
}
