public import Access
public import FastCGI

/// Of these parameters nginx makes every one itself, and passes on none of a client's headers but
/// `Authorization`: nobody else can say what an address or a certificate is.
extension Request: Credentials {
  public func withAuthorization<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    withParameter("HTTP_AUTHORIZATION", body)
  }

  public func withAddress<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    withParameter("REMOTE_ADDR", body)
  }

  public var certificate: (subject: String, fingerprint: String)? {
    guard parameter("SSL_CLIENT_VERIFY") == "SUCCESS" else { return nil }
    return (
      parameter("SSL_CLIENT_S_DN") ?? "", parameter("SSL_CLIENT_FINGERPRINT")?.lowercased() ?? ""
    )
  }
}
