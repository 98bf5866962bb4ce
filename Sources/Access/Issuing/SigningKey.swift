internal import Crypto
internal import FoundationEssentials
internal import JWTKit
internal import StrictJSON

/// A private key that signs tokens, stored as a JWK (RFC 7517).
public struct SigningKey: Sendable {
  private let key: JSONWebKey
  public let algorithm: Algorithm
  /// The key ID in its tokens.
  public let name: String
  private let signer: any JWTAlgorithm

  /// Generates a key.
  ///
  /// - Throws: ``InvalidKey`` for RS256, whose keys are not generated here.
  public init(new algorithm: Algorithm) throws(InvalidKey) {
    var key: JSONWebKey
    switch algorithm {
    case .es256:
      let made = P256.Signing.PrivateKey()
      let point = made.publicKey.rawRepresentation
      key = JSONWebKey(kty: "EC", crv: "P-256")
      (key.x, key.y) = (Base64URL.encode(point.prefix(32)), Base64URL.encode(point.suffix(32)))
      key.d = Base64URL.encode(made.rawRepresentation)
    case .edDSA:
      let made = Curve25519.Signing.PrivateKey()
      key = JSONWebKey(kty: "OKP", crv: "Ed25519")
      key.x = Base64URL.encode(made.publicKey.rawRepresentation)
      key.d = Base64URL.encode(made.rawRepresentation)
    case .hs256:
      key = JSONWebKey(kty: "oct")
      key.k = SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.encode($0) }
    case .rs256:
      throw InvalidKey("cannot generate RS256 keys; expected ES256, EdDSA or HS256")
    }
    key.alg = algorithm.rawValue
    key.use = "sig"
    key.kid = SigningKey.unusedName()
    try self.init(key)
  }

  /// Reads a stored key.
  public init(json: [UInt8]) throws(InvalidKey) {
    try self.init(JSONWebKey(SigningKey.value(json)))
  }

  private init(_ key: JSONWebKey) throws(InvalidKey) {
    guard let algorithm = key.algorithm else { throw .algorithmMismatch }
    guard key.isPrivate || algorithm == .hs256 else {
      throw InvalidKey("not a private key")
    }
    let name = try key.name()
    let made = BlockingExecutor.run { () -> Result<any JWTAlgorithm, InvalidKey> in
      do throws(InvalidKey) {
        return .success(try await key.signer(algorithm))
      } catch {
        return .failure(error)
      }
    }
    (self.key, self.algorithm, self.name, signer) = (key, algorithm, name, try made.get())
  }

  /// The private JWK, to be stored where only its owner can read it.
  public var json: [UInt8] { SigningKey.written(key) }

  /// A JWKS with the public key added.
  ///
  /// - Parameter keys: The content of the existing file; nil creates a new set.
  public func added(to keys: [UInt8]?) throws(InvalidKey) -> [UInt8] {
    let mine = try SigningKey.value(SigningKey.written(key.publicPart))
    guard let keys else {
      return Array("\(JSONValue.object([.init("keys", .array([mine]))]))".utf8)
    }
    var set = try SigningKey.value(keys)
    set["keys"] = .array(try KeySet.list(keys) + [mine])
    return Array(set.description.utf8)
  }

  /// A token that is valid from `now` for `lifetime` seconds.
  ///
  /// - Parameter now: Seconds since 1970 UTC.
  public func token(
    subject: String, scopes: Scopes, issuer: String, audience: String, lifetime: Int,
    now: Double = Validity.now
  ) throws(InvalidKey) -> String {
    let header = Header(alg: algorithm.rawValue, kid: name, typ: "at+jwt")
    let claims = Claims(
      iss: issuer, sub: subject, aud: audience, exp: Int(now) + lifetime, iat: Int(now),
      scope: scopes.list)
    let signed =
      "\(Base64URL.encode(SigningKey.written(header))).\(Base64URL.encode(SigningKey.written(claims)))"
    guard let signature = try? signer.sign(Array(signed.utf8)) else {
      throw InvalidKey("signing failed")
    }
    return "\(signed).\(Base64URL.encode(signature))"
  }

  private struct Header: Encodable { let alg, kid, typ: String }

  private struct Claims: Encodable {
    let iss, sub, aud: String
    let exp, iat: Int
    let scope: String
  }

  private static func value(_ json: [UInt8]) throws(InvalidKey) -> JSONValue {
    do {
      return try JSONValue(parsing: json)
    } catch {
      throw InvalidKey("\(error)")
    }
  }

  private static func unusedName() -> String {
    Base64URL.encode((0..<6).map { _ in UInt8.random(in: .min ... .max) })
  }

  private static func written(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and integers always encode.
    return (try? encoder.encode(value)).map { Array($0) } ?? []
  }
}
