internal import FastCGI
internal import Glibc

/// A cache of queries by request target, so that repeated requests need not be routed, parsed and turned
/// into a query each time.
struct TargetCache {
  /// Method, path and query string of a request without a body.
  struct Key: Equatable {
    fileprivate let method: [UInt8]
    fileprivate let path: [UInt8]
    fileprivate let query: [UInt8]

    /// Nil for a request with a body, which is never cached.
    init?(_ request: borrowing Request) {
      guard !request.hasBody else { return nil }
      method = request.withParameter("REQUEST_METHOD") { Array($0) }
      path = request.withParameter("DOCUMENT_URI") { Array($0) }
      query = request.withParameter("QUERY_STRING") { Array($0) }
      guard method.count + path.count + query.count <= TargetCache.longestKey else { return nil }
    }
  }

  /// Clients choose the keys, so their number and length must be bounded.
  private static let capacity = 32
  private static let longestKey = 1024

  final class Entry {
    fileprivate let key: Key
    let route: Route
    let query: Query

    fileprivate init(_ key: Key, _ route: Route, _ query: Query) {
      self.key = key
      self.route = route
      self.query = query
    }
  }

  private var entries: [Entry] = []
  /// The index of the entry to replace next.
  private var oldest = 0

  func find(_ request: borrowing Request) -> Entry? {
    guard !entries.isEmpty, !request.hasBody else { return nil }
    return request.withParameter("DOCUMENT_URI") { path in
      request.withParameter("QUERY_STRING") { query in
        request.withParameter("REQUEST_METHOD") { method in
          entries.first {
            TargetCache.areEqual($0.key.path, path) && TargetCache.areEqual($0.key.query, query)
              && TargetCache.areEqual($0.key.method, method)
          }
        }
      }
    }
  }

  mutating func keep(_ query: Query, of route: Route, for key: Key) {
    // Concurrent requests may each have made one.
    guard !entries.contains(where: { $0.key == key }) else { return }
    let entry = Entry(key, route, query)
    if entries.count < TargetCache.capacity {
      entries.append(entry)
    } else {
      entries[oldest] = entry
      oldest = (oldest + 1) % TargetCache.capacity
    }
  }

  private static func areEqual(_ kept: [UInt8], _ given: UnsafeBufferPointer<UInt8>) -> Bool {
    guard kept.count == given.count else { return false }
    return kept.withUnsafeBufferPointer { kept in
      kept.isEmpty || memcmp(kept.baseAddress!, given.baseAddress!, kept.count) == 0
    }
  }
}
