internal import JWTKit
internal import StrictJSON

/// A JSON Web Key (RFC 7517), public or private.
struct JSONWebKey: Codable, Sendable {
  var kty: String
  var crv: String?
  var kid: String?
  var alg: String?
  var use: String?
  /// The coordinates of an elliptic curve key.
  var x: String?
  var y: String?
  /// The parameters of an RSA key.
  var n: String?
  var e: String?
  var p: String?
  var q: String?
  /// The private value of either.
  var d: String?
  /// A shared secret.
  var k: String?

  /// The algorithm that the key can be used with; nil when there is none, as for an encryption key.
  var algorithm: Algorithm? {
    guard use == nil || use == "sig", let algorithm = Algorithm(keyType: kty, curve: crv),
      alg == nil || alg == algorithm.rawValue
    else { return nil }
    return algorithm
  }

  /// The key ID that tokens refer to.
  func name() throws(InvalidKey) -> String {
    guard let kid, !kid.isEmpty else { throw InvalidKey("missing \"kid\"") }
    return kid
  }

  init(kty: String, crv: String? = nil) {
    self.kty = kty
    self.crv = crv
  }

  init(_ json: JSONValue) throws(InvalidKey) {
    do {
      self = try json.decode()
    } catch {
      throw InvalidKey((error as? DecodingError)?.explanation(of: "the key") ?? "\(error)")
    }
  }

  var isPrivate: Bool { d != nil }

  /// The key without its private part. A shared secret has no public part.
  var publicPart: JSONWebKey {
    var key = self
    (key.d, key.p, key.q) = (nil, nil, nil)
    return key
  }

  /// The signer or verifier for this key.
  ///
  /// JWTKit exposes its signers only through its key collection, which is an actor.
  func signer(_ algorithm: Algorithm) async throws(InvalidKey) -> any JWTAlgorithm {
    let collection = JWTKeyCollection()
    do {
      switch algorithm {
      case .es256:
        if let d {
          await collection.add(ecdsa: try ES256PrivateKey(key: d))
        } else {
          let point = (x: try member(x, "x"), y: try member(y, "y"))
          await collection.add(ecdsa: try ES256PublicKey(parameters: point))
        }
      case .edDSA:
        if let d {
          await collection.add(eddsa: try EdDSA.PrivateKey(d: d, curve: .ed25519))
        } else {
          await collection.add(eddsa: try EdDSA.PublicKey(x: try member(x, "x"), curve: .ed25519))
        }
      case .rs256:
        await collection.add(rsa: try rsaKey(), digestAlgorithm: .sha256)
      case .hs256:
        await collection.add(hmac: HMACKey(from: try secret()), digestAlgorithm: .sha256)
      }
      return try await collection.getKey()
    } catch let error as InvalidKey {
      throw error
    } catch {
      throw InvalidKey("not a valid \(algorithm.rawValue) key")
    }
  }

  /// The size of the hash, as RFC 7518 requires (section 3.2).
  private static let shortestSecret = 32

  private func secret() throws -> [UInt8] {
    guard let bytes = Base64URL.decode(try member(k, "k").utf8),
      bytes.count >= JSONWebKey.shortestSecret
    else {
      throw InvalidKey("secret must be at least \(JSONWebKey.shortestSecret) bytes in base64url")
    }
    return bytes
  }

  private func rsaKey() throws -> any RSAKey {
    let (modulus, exponent) = (try member(n, "n"), try member(e, "e"))
    do {
      guard let d else { return try Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent) }
      return try Insecure.RSA.PrivateKey(
        modulus: modulus, exponent: exponent, privateExponent: d, prime1: try member(p, "p"),
        prime2: try member(q, "q"))
    } catch let error as InvalidKey {
      throw error
    } catch {
      throw InvalidKey("not an RSA key of at least 2048 bits")
    }
  }

  private func member(_ value: String?, _ name: String) throws -> String {
    guard let value else { throw InvalidKey("missing \"\(name)\"") }
    return value
  }
}

/// Why a key or a key set cannot be used.
public struct InvalidKey: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }

  static let algorithmMismatch = InvalidKey(
    "unsupported algorithm; expected one of \(Algorithm.allCases.map(\.rawValue).joined(separator: ", "))"
  )
}
