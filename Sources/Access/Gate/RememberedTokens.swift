/// Tokens that were found good, so that each is verified once: bounded, and for one thread.
///
/// Two tables, of which the older is dropped when the younger is full: what is in use moves to the
/// younger one in time, what is not is forgotten. Only good tokens come in, so nobody fills it with others.
struct RememberedTokens {
  private struct Entry {
    let token: [UInt8]
    let verified: TokenVerifier.Verified
  }

  private let half: Int
  private var young: [Int: Entry] = [:]
  private var old: [Int: Entry] = [:]

  /// - Parameter capacity: How many tokens at most.
  init(capacity: Int) {
    precondition(capacity >= 2)
    half = capacity / 2
  }

  var count: Int { young.count + old.count }

  /// What a token was found to be; nil when that is not known, or is so no longer at this time.
  mutating func find(_ token: UnsafeBufferPointer<UInt8>, at now: Double)
    -> TokenVerifier.Verified?
  {
    let key = RememberedTokens.key(UnsafeRawBufferPointer(token))
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
      Entry(token: token, verified: verified), token.withUnsafeBytes(RememberedTokens.key))
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

  /// Seeded at random for each process: nobody can make two tokens meet.
  private static func key(_ token: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: token)
    return hasher.finalize()
  }
}
