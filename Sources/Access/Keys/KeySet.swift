internal import JWTKit
internal import StrictJSON

/// The public keys that tokens may be signed with: a JWKS (RFC 7517).
public struct KeySet: Sendable {
  struct Key: Sendable {
    let algorithm: Algorithm
    let signer: any JWTAlgorithm
  }

  /// A key is identified by its `kid`, which is only ever compared (it is never a path, a URL or part
  /// of a query), and its algorithm: keys of different types may share a `kid` (RFC 7517, section 4.5).
  private struct Name: Hashable {
    let kid: String
    let algorithm: Algorithm
  }

  /// No keys: no token is valid.
  public static let empty = KeySet(keys: [:], skipped: [])

  private let keys: [Name: Key]
  /// Whether any key is a shared secret.
  public let isSecret: Bool
  /// The keys that cannot be used, one line each with the reason. Keys for other uses than signing are
  /// not listed.
  public let skipped: [String]

  private init(keys: [Name: Key], skipped: [String]) {
    self.keys = keys
    self.skipped = skipped
    isSecret = keys.values.contains { $0.algorithm == .hs256 }
  }

  /// Reads a JWKS. Unusable keys are skipped (RFC 7517, section 5).
  ///
  /// - Parameter json: A complete file; a truncated one is not valid JSON.
  /// - Throws: ``InvalidKey`` when it is not a JWKS, or when no key is usable and at least one is
  ///   broken.
  public init(json: [UInt8]) async throws(InvalidKey) {
    var keys: [Name: Key] = [:]
    var skipped: [String] = []
    var isBroken = false
    for (index, value) in try KeySet.list(json).enumerated() {
      func leave(_ reason: InvalidKey) {
        var name = "key \(index + 1)"
        if let kid = value["kid"], case .string = kid { name += " (\(kid))" }
        skipped.append("\(name) skipped: \(reason)")
      }
      do throws(InvalidKey) {
        let key = try JSONWebKey(value)
        guard !key.isPrivate else {
          throw InvalidKey("contains a private key, which only the issuer may hold")
        }
        guard let algorithm = key.algorithm else {
          if key.use == nil || key.use == "sig" { leave(.algorithmMismatch) }
          continue
        }
        let name = Name(kid: try key.name(), algorithm: algorithm)
        guard keys[name] == nil else {
          throw InvalidKey("duplicate \"kid\" for \(algorithm.rawValue)")
        }
        keys[name] = Key(algorithm: algorithm, signer: try await key.signer(algorithm))
      } catch {
        isBroken = true
        leave(error)
      }
    }
    guard !keys.isEmpty || !isBroken else {
      throw InvalidKey("no usable key: \(skipped[0])")
    }
    self.init(keys: keys, skipped: skipped)
  }

  /// The same, blocking; see ``BlockingExecutor``.
  public init(blocking json: [UInt8]) throws(InvalidKey) {
    let made = BlockingExecutor.run { () -> Result<KeySet, InvalidKey> in
      do throws(InvalidKey) {
        return .success(try await KeySet(json: json))
      } catch {
        return .failure(error)
      }
    }
    self = try made.get()
  }

  /// The number of usable keys.
  public var count: Int { keys.count }

  func key(named kid: String, for algorithm: Algorithm) -> Key? {
    keys[Name(kid: kid, algorithm: algorithm)]
  }

  /// With any algorithm.
  func hasKey(named kid: String) -> Bool { keys.keys.contains { $0.kid == kid } }

  /// The elements of "keys", not yet checked.
  static func list(_ json: [UInt8]) throws(InvalidKey) -> [JSONValue] {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: json)
    } catch {
      throw InvalidKey("\(error)")
    }
    guard case .array(let keys)? = value["keys"] else {
      throw InvalidKey("not a JWKS: expected a JSON object with an array \"keys\"")
    }
    return keys
  }
}
