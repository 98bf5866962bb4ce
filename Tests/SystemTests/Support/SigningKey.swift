import Crypto
import Foundation

/// Somebody whose tokens the services of a test take: a key for ES256 named `tests`.
struct SigningKey {
  private let key = P256.Signing.PrivateKey()

  /// Its public half as a JWKS.
  var jwks: String {
    let point = key.publicKey.rawRepresentation
    return """
      {"keys":[{"kty":"EC","crv":"P-256","kid":"tests","alg":"ES256",\
      "x":"\(base64URL(point.prefix(32)))","y":"\(base64URL(point.suffix(32)))"}]}
      """
  }

  /// - Parameter lifetime: Seconds from now.
  func token(
    _ scope: String, subject: String = "anna", lifetime: Double = 600, audience: String = "signals",
    header: String = #"{"alg":"ES256","kid":"tests"}"#
  ) throws -> String {
    let expires = Int(Date().timeIntervalSince1970 + lifetime)
    let claims = """
      {"iss":"signals","aud":"\(audience)","sub":"\(subject)","exp":\(expires),"scope":"\(scope)"}
      """
    let signed = "\(base64URL(Data(header.utf8))).\(base64URL(Data(claims.utf8)))"
    return "\(signed).\(base64URL(try key.signature(for: Data(signed.utf8)).rawRepresentation))"
  }

  private func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
