internal import Gzip
internal import HTTPContract

/// The body of a call as received, possibly compressed.
public struct RequestBody: Sendable {
  static let empty = RequestBody([], limit: 0)

  let bytes: [UInt8]
  private let isGzip: Bool
  private let limit: Int

  private init(_ bytes: [UInt8], isGzip: Bool = false, limit: Int) {
    self.bytes = bytes
    self.isGzip = isGzip
    self.limit = limit
  }

  /// - Parameter encoding: The header `Content-Encoding`.
  init(
    _ bytes: [UInt8], encoding: String?, declared: Endpoint.Body
  ) throws(Problem) {
    switch encoding?.lowercased() {
    case nil, "", "identity":
      self.init(bytes, limit: declared.limit)
    // RFC 9110 defines both names.
    case "gzip", "x-gzip":
      guard declared.takesGzip else { fallthrough }
      self.init(bytes, isGzip: true, limit: declared.limit)
    default:
      let choices = declared.takesGzip ? "gzip" : "identity"
      throw Problem(
        415,
        "the body's content encoding must be \(choices) (got \"\((encoding ?? "").prefix(100))\")",
        headers: [("Accept-Encoding", choices)])
    }
  }

  /// The decompressed bytes. Takes time and memory: call it in an ``Action/perform(_:)``, which runs one
  /// at a time.
  ///
  /// - Throws: 400 for invalid gzip data, 413 when the result exceeds the limit.
  public func decoded() throws(Problem) -> [UInt8] {
    guard isGzip else { return bytes }
    do throws(GzipError) {
      return try GzipDecoder.decode(bytes, limit: limit)
    } catch .tooLarge(let limit) {
      throw Problem(413, "the body must be at most \(limit) bytes when decompressed")
    } catch {
      throw Problem(400, "the body cannot be decompressed: \(error)")
    }
  }
}
