internal import FoundationEssentials
internal import JWTKit

/// The keys that tokens may be signed with: a JWKS (RFC 7517).
public struct KeySet: Sendable {
  struct Key: Sendable {
    let algorithm: Algorithm
    let signer: any JWTAlgorithm
  }

  /// No token is good.
  public static let empty = KeySet(keys: [:])

  /// By `kid`, which is nothing but this name: never a path, a URL or part of a query.
  private let keys: [String: Key]
  /// Whether one of them is a secret.
  public let isSecret: Bool

  private init(keys: [String: Key]) {
    self.keys = keys
    isSecret = keys.values.contains { $0.algorithm == .hs256 }
  }

  /// Reads a JWKS. Keys of other kinds and for other uses are passed over, as RFC 7517 says.
  ///
  /// - Parameter json: A whole file; one that is cut off is no JSON and so changes nothing.
  public init(json: [UInt8]) async throws(InvalidKey) {
    let set: Members
    do {
      set = try JSONDecoder().decode(Members.self, from: Data(json))
    } catch {
      throw InvalidKey("it is no JWKS: a JSON object with a list \"keys\"")
    }
    var keys: [String: Key] = [:]
    for (index, key) in set.keys.enumerated() {
      let name = key.kid.map { "the key \"\($0)\"" } ?? "key \(index + 1)"
      guard !key.isPrivate else {
        throw InvalidKey("\(name) has its private part in it, which belongs to who signs")
      }
      guard let algorithm = key.algorithm else { continue }
      guard let kid = key.kid, !kid.isEmpty else { throw InvalidKey("\(name) has no \"kid\"") }
      guard keys[kid] == nil else { throw InvalidKey("\(name) is there twice") }
      do throws(InvalidKey) {
        keys[kid] = Key(algorithm: algorithm, signer: try await key.signer(algorithm))
      } catch {
        throw InvalidKey("\(name) cannot be used: \(error)")
      }
    }
    self.init(keys: keys)
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

  func key(named kid: String) -> Key? { keys[kid] }

  private struct Members: Decodable { let keys: [JSONWebKey] }
}
