internal import JWTKit
internal import StrictJSON

/// The keys that tokens may be signed with: a JWKS (RFC 7517).
public struct KeySet: Sendable {
  struct Key: Sendable {
    let algorithm: Algorithm
    let signer: any JWTAlgorithm
  }

  /// A `kid`, which is nothing but a name (never a path, a URL or part of a query), and the one algorithm
  /// that the key is for: keys of two kinds may share a `kid` (RFC 7517, section 4.5).
  private struct Name: Hashable {
    let kid: String
    let algorithm: Algorithm
  }

  /// No token is good.
  public static let empty = KeySet(keys: [:], leftOut: [])

  private let keys: [Name: Key]
  /// Whether one of them is a secret.
  public let isSecret: Bool
  /// Which keys of the set cannot be used and why, a line each. Those for other uses than signatures are
  /// not among them.
  public let leftOut: [String]

  private init(keys: [Name: Key], leftOut: [String]) {
    self.keys = keys
    self.leftOut = leftOut
    isSecret = keys.values.contains { $0.algorithm == .hs256 }
  }

  /// Reads a JWKS. A key that cannot be used is left out, and the others hold (RFC 7517, section 5).
  ///
  /// - Parameter json: A whole file; one that is cut off is no JSON and so changes nothing.
  /// - Throws: ``InvalidKey`` when it is no JWKS, or none of its keys can be used and one of them is broken.
  public init(json: [UInt8]) async throws(InvalidKey) {
    var keys: [Name: Key] = [:]
    var leftOut: [String] = []
    var isBroken = false
    for (index, value) in try KeySet.list(json).enumerated() {
      func leave(_ reason: InvalidKey) {
        var name = "key \(index + 1)"
        if let kid = value["kid"], case .string = kid { name += " (\(kid))" }
        leftOut.append("\(name) is left out: \(reason)")
      }
      do throws(InvalidKey) {
        let key = try JSONWebKey(value)
        guard !key.isPrivate else {
          throw InvalidKey("it has its private part in it, which belongs to the signer alone")
        }
        guard let algorithm = key.algorithm else {
          if key.use == nil || key.use == "sig" { leave(.otherAlgorithm) }
          continue
        }
        let name = Name(kid: try key.name(), algorithm: algorithm)
        guard keys[name] == nil else {
          throw InvalidKey("another key for \(algorithm.rawValue) has the same \"kid\"")
        }
        keys[name] = Key(algorithm: algorithm, signer: try await key.signer(algorithm))
      } catch {
        isBroken = true
        leave(error)
      }
    }
    guard !keys.isEmpty || !isBroken else {
      throw InvalidKey("none of its keys can be used: \(leftOut[0])")
    }
    self.init(keys: keys, leftOut: leftOut)
  }

  /// The same for a thread that may wait; see ``HereExecutor``.
  public init(blocking json: [UInt8]) throws(InvalidKey) {
    let made = HereExecutor.run { () -> Result<KeySet, InvalidKey> in
      do throws(InvalidKey) {
        return .success(try await KeySet(json: json))
      } catch {
        return .failure(error)
      }
    }
    self = try made.get()
  }

  /// How many of them can be used.
  public var count: Int { keys.count }

  func key(named kid: String, for algorithm: Algorithm) -> Key? {
    keys[Name(kid: kid, algorithm: algorithm)]
  }

  /// For whatever algorithm.
  func hasKey(named kid: String) -> Bool { keys.keys.contains { $0.kid == kid } }

  /// The list "keys", whatever is in it.
  static func list(_ json: [UInt8]) throws(InvalidKey) -> [JSONValue] {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: json)
    } catch {
      throw InvalidKey("\(error)")
    }
    guard case .array(let keys)? = value["keys"] else {
      throw InvalidKey("it is no JWKS: a JSON object with a list \"keys\"")
    }
    return keys
  }
}
