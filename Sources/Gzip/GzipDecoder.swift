internal import CZlib

/// Decodes gzip (RFC 1952), one or more members, in bounded memory. The corresponding C type is
/// `z_stream`.
///
/// ```swift
/// var decoder = GzipDecoder(limit: 64 << 20)
/// decoder.feed(body)
/// while try decoder.decode(into: &piece) == .more { … }
/// try decoder.finish()
/// ```
public struct GzipDecoder: ~Copyable {
  public enum Progress: Sendable {
    /// The requested amount was decoded; there may be more.
    case more
    /// All input has been consumed.
    case needsInput
  }

  /// The maximum total decoded size in bytes.
  public let limit: Int
  /// The decoded size so far, in bytes.
  public private(set) var total = 0

  private static let scratchSize = 32_768

  // zlib's state points back to the stream, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let scratch: UnsafeMutablePointer<UInt8>
  private var input: [UInt8] = []
  private var offset = 0
  private var members = 0
  /// Whether a member has begun and not ended.
  private var isInMember = false
  private var failure: GzipError?

  /// - Parameter limit: The maximum decoded size; more is rejected as soon as it is seen.
  public init(limit: Int) {
    precondition(limit >= 0)
    self.limit = limit
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    scratch = .allocate(capacity: GzipDecoder.scratchSize)
    let status = zlib_inflate_init_gzip(stream)
    precondition(status == Z_OK, "zlib is out of memory or has another version than its header")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    scratch.deallocate()
  }

  /// Decodes all of `bytes`.
  ///
  /// - Parameter limit: The maximum decoded size.
  public static func decode(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
    var decoder = GzipDecoder(limit: limit)
    var output: [UInt8] = []
    decoder.feed(bytes)
    while try decoder.decode(into: &output) == .more {}
    try decoder.finish()
    return output
  }

  /// Supplies more compressed bytes, after those not yet consumed.
  public mutating func feed(_ bytes: [UInt8]) {
    input = offset == input.count ? bytes : input[offset...] + bytes
    offset = 0
  }

  /// Appends up to `count` decoded bytes to `output`.
  ///
  /// - Throws: ``GzipError``, and the same error on later calls.
  public mutating func decode(upTo count: Int = 65_536, into output: inout [UInt8])
    throws(GzipError) -> Progress
  {
    precondition(count > 0)
    if let failure { throw failure }
    let end = output.count + count
    while output.count < end {
      // zlib may hold output that did not fit before; that needs no input.
      let decoded = inflateOnce(upTo: end - output.count)
      output.append(contentsOf: UnsafeBufferPointer(start: scratch, count: decoded))
      if let failure { throw failure }
      if decoded == 0, offset == input.count { return .needsInput }
    }
    return .more
  }

  /// Checks that the input was complete and has been decoded.
  public consuming func finish() throws(GzipError) {
    if let failure { throw failure }
    precondition(offset == input.count, "input has not been fully decoded")
    guard isInMember || members == 0 else { return }
    // Two bytes are enough to detect another member.
    throw members > 0 && stream.pointee.total_in < 2 ? .trailingGarbage : .truncated
  }

  /// Calls zlib once; returns the number of bytes in `scratch`.
  private mutating func inflateOnce(upTo count: Int) -> Int {
    if !isInMember {
      guard offset < input.count else { return 0 }
      inflateReset(stream)
      isInMember = true
    }
    // One byte beyond the limit reveals that there is more.
    let room = min(count, GzipDecoder.scratchSize, limit - total + 1)
    let status = input.withUnsafeBufferPointer { input in
      let rest = UInt32(clamping: input.count - offset)
      stream.pointee.next_in = input.baseAddress.map { $0 + offset }
      stream.pointee.avail_in = rest
      stream.pointee.next_out = scratch
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      offset += Int(rest - stream.pointee.avail_in)
      return status
    }
    let decoded = room - Int(stream.pointee.avail_out)
    total += decoded
    if total > limit {
      total = limit
      failure = .tooLarge(limit: limit)
      return decoded - 1
    }
    switch status {
    case Z_STREAM_END:
      isInMember = false
      members += 1
    // Z_BUF_ERROR: no progress without more input.
    case Z_OK, Z_BUF_ERROR:
      break
    default:
      let isGarbage = members > 0 && stream.pointee.total_in <= 2
      failure = isGarbage ? .trailingGarbage : .corrupt
    }
    return decoded
  }
}
