/// Why gzip data could not be decoded.
public enum GzipError: Error, Equatable, CustomStringConvertible {
  /// Not gzip, or damaged.
  case corrupt
  /// The input ends early.
  case truncated
  /// The decoded size exceeds `limit` bytes.
  case tooLarge(limit: Int)
  /// Data that is not gzip follows.
  case trailingGarbage

  public var description: String {
    switch self {
    case .corrupt: "gzip data is corrupt"
    case .truncated: "gzip data is truncated"
    case .tooLarge(let limit): "gzip data must decode to at most \(limit) bytes"
    case .trailingGarbage: "trailing garbage after gzip data"
    }
  }
}
