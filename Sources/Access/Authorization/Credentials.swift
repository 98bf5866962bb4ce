/// The credentials of a request, as passed on by the web server.
public protocol Credentials: ~Copyable {
  /// The bytes of the `Authorization` header; empty when there is none.
  func withAuthorization<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R
  /// The client address as the web server sees it.
  func withAddress<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R
  /// The client certificate, verified by the web server.
  var certificate: (subject: String, fingerprint: String)? { get }
}

/// Parsing of credentials.
enum CredentialParser {
  /// The token of `Authorization: Bearer TOKEN`; nil for any other scheme.
  static func bearerToken(_ header: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    let scheme = "bearer ".utf8
    guard header.count >= scheme.count,
      zip(header, scheme).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
    else { return nil }
    return UnsafeBufferPointer(rebasing: header[scheme.count...])
  }

  /// Whether the address is a loopback address.
  static func isLoopback(_ address: UnsafeBufferPointer<UInt8>) -> Bool {
    address.starts(with: "127.".utf8) || address.elementsEqual("::1".utf8)
      || address.starts(with: "::ffff:127.".utf8)
  }
}
