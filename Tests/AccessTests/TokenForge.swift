import Crypto
import Foundation
import JWTKit
import TestSupport

@testable import Access

/// Somebody who makes tokens: good ones with the keys of ``keySet``, and others.
struct TokenForge: Sendable {
  /// The time at which the tokens are shown, seconds since 1970.
  static let now = 1_800_000_000.0
  /// The keys are made once.
  static let shared = Task { try await TokenForge() }

  typealias Signer = @Sendable ([UInt8]) throws -> [UInt8]

  let elliptic = P256.Signing.PrivateKey()
  let edwards = Curve25519.Signing.PrivateKey()
  let secret = [UInt8]("a shared secret of thirty-two bytes and more".utf8)
  /// In no key set.
  let stranger = P256.Signing.PrivateKey()
  let rsaPublicPEM: String
  private let rsa: any JWTAlgorithm
  private let rsaNumbers: (modulus: Data, publicExponent: Data)

  private init() async throws {
    let pem = try ChildProcess.output(of: "openssl", ["genrsa", "2048"])
    let key = try Insecure.RSA.PrivateKey(pem: pem)
    rsa = try await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256).getKey()
    rsaNumbers = try key.publicKey.getKeyPrimitives()
    rsaPublicPEM = key.publicKey.pemRepresentation
  }

  // MARK: - Keys

  /// The public half of every good key, as a JWKS.
  var jwks: String { "{\"keys\":[\(publicKeys.joined(separator: ","))]}" }

  /// The same without the secret, so that everybody may read it.
  var publicJWKS: String { "{\"keys\":[\(publicKeys.dropLast().joined(separator: ","))]}" }

  var publicKeys: [String] {
    [
      ellipticKey(elliptic.publicKey, #""kid":"es-1","alg":"ES256","use":"sig""#),
      #"{"kty":"OKP","crv":"Ed25519","kid":"ed-1","x":"\#(base64(edwards.publicKey.rawRepresentation))"}"#,
      #"{"kty":"RSA","kid":"rs-1","alg":"RS256","n":"\#(base64(rsaNumbers.modulus))","e":"\#(base64(rsaNumbers.publicExponent))"}"#,
      #"{"kty":"oct","kid":"hs-1","k":"\#(base64(secret))"}"#,
    ]
  }

  /// Of a key that is in no set.
  var strangersKey: String { ellipticKey(stranger.publicKey, #""use":"sig""#) }
  /// As bytes, for somebody who takes it for a secret.
  var ellipticPoint: [UInt8] { [UInt8](elliptic.publicKey.x963Representation) }

  private func ellipticKey(_ key: P256.Signing.PublicKey, _ more: String) -> String {
    let (x, y) = (
      base64(key.rawRepresentation.prefix(32)), base64(key.rawRepresentation.suffix(32))
    )
    return #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)",\#(more)}"#
  }

  func keySet() async throws -> KeySet { try await KeySet(json: Array(jwks.utf8)) }

  func base64(_ bytes: some Collection<UInt8>) -> String { Base64URL.encode(bytes) }

  // MARK: - Signatures

  var es256: Signer {
    { [elliptic] in [UInt8](try elliptic.signature(for: $0).rawRepresentation) }
  }
  var es256DER: Signer {
    { [elliptic] in [UInt8](try elliptic.signature(for: $0).derRepresentation) }
  }
  var edDSA: Signer { { [edwards] in [UInt8](try edwards.signature(for: $0)) } }
  var rs256: Signer { { [rsa] in try rsa.sign($0) } }
  var strangers: Signer {
    { [stranger] in [UInt8](try stranger.signature(for: $0).rawRepresentation) }
  }

  func hs256(_ key: [UInt8]? = nil) -> Signer {
    { [secret] in
      [UInt8](HMAC<SHA256>.authenticationCode(for: $0, using: .init(data: key ?? secret)))
    }
  }

  // MARK: - Tokens

  static let header = #"{"alg":"ES256","typ":"JWT","kid":"es-1"}"#

  /// Claims that are good, but for what is given.
  static func claims(
    iss: String? = #""signals""#, aud: String? = #""signals""#, exp: String? = "1800000600",
    scope: String? = #""signals:read""#, more: String = ""
  ) -> String {
    let members = [("iss", iss), ("aud", aud), ("exp", exp), ("scope", scope), ("sub", #""anna""#)]
    let list = members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
    return "{\(list.joined(separator: ","))\(more)}"
  }

  /// A token whose parts say what they are given, signed.
  func token(
    _ header: String = TokenForge.header, _ claims: String = TokenForge.claims(),
    by signer: Signer? = nil
  ) throws -> String {
    let signed = "\(base64(header.utf8)).\(base64(claims.utf8))"
    return "\(signed).\(base64(try (signer ?? es256)(Array(signed.utf8))))"
  }

  /// A good token of another header's algorithm.
  func token(alg: String, kid: String, by signer: @escaping Signer) throws -> String {
    try token(#"{"alg":"\#(alg)","kid":"\#(kid)"}"#, by: signer)
  }
}
