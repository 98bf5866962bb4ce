/// Why bytes could not be decoded.
public enum GzipError: Error, Equatable, CustomStringConvertible {
  /// They are not gzip, or were damaged.
  case corrupt
  /// They end before the data do.
  case truncated
  /// They become more than `limit` bytes.
  case tooLarge(limit: Int)
  /// Something is behind the data that is not gzip.
  case trailingGarbage

  public var description: String {
    switch self {
    case .corrupt: "the gzip data are corrupt"
    case .truncated: "the gzip data are cut off"
    case .tooLarge(let limit): "the gzip data must become at most \(limit) bytes"
    case .trailingGarbage: "something follows the gzip data"
    }
  }
}
