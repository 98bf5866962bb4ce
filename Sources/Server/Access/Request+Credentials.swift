public import Access
public import FastCGI

/// nginx sets all of these parameters itself and forwards no client header but `Authorization`, so the
/// address and the certificate cannot be forged.
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
