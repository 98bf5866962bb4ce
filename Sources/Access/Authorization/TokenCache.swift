/// A bounded cache of valid tokens for one thread, so that each is verified once.
///
/// There are two generations: when the young one is full, the old one is dropped. Entries in use move
/// back to the young one; the others expire. Only valid tokens are cached, so invalid ones cannot flush
/// it.
struct TokenCache {
  private struct Entry {
    let token: [UInt8]
    let verified: TokenVerifier.Verified
  }

  private let half: Int
  private var young: [Int: Entry] = [:]
  private var old: [Int: Entry] = [:]

  /// - Parameter capacity: The maximum number of tokens.
  init(capacity: Int) {
    precondition(capacity >= 2)
    half = capacity / 2
  }

  var count: Int { young.count + old.count }

  /// The cached result for a token; nil when it is unknown or no longer valid at `now`.
  mutating func find(_ token: UnsafeBufferPointer<UInt8>, at now: Double)
    -> TokenVerifier.Verified?
  {
    let key = TokenCache.key(UnsafeRawBufferPointer(token))
    if let entry = young[key], SecretBytes.areEqual(token, entry.token) {
      if entry.verified.validity.refusal(at: now) == nil { return entry.verified }
      young[key] = nil
      return nil
    }
    guard let entry = old[key], SecretBytes.areEqual(token, entry.token) else { return nil }
    old[key] = nil
    guard entry.verified.validity.refusal(at: now) == nil else { return nil }
    insert(entry, key)
    return entry.verified
  }

  mutating func insert(_ token: [UInt8], _ verified: TokenVerifier.Verified) {
    insert(
      Entry(token: token, verified: verified), token.withUnsafeBytes(TokenCache.key))
  }

  mutating func removeAll() {
    young.removeAll(keepingCapacity: true)
    old.removeAll(keepingCapacity: true)
  }

  private mutating func insert(_ entry: Entry, _ key: Int) {
    if young.count >= half {
      swap(&young, &old)
      young.removeAll(keepingCapacity: true)
    }
    young[key] = entry
  }

  /// Randomly seeded per process, so that collisions cannot be constructed.
  private static func key(_ token: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: token)
    return hasher.finalize()
  }
}
