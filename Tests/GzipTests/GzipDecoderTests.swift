import Foundation
import Gzip
import TestSupport
import Testing

/// What this decoder makes of gzip data, held against Python's gzip and zlib.
@Suite struct GzipDecoderTests {
  /// Runs Python statements with the bytes `data` and the modules gzip and zlib; gives what they
  /// append to `out`.
  private func python(_ statements: String, _ data: [UInt8] = []) throws -> [[UInt8]] {
    let output = try ChildProcess.output(
      of: "python3",
      [
        "-c",
        """
        import base64, gzip, zlib, sys
        data = base64.b64decode(sys.stdin.read())
        out = []
        \(statements)
        for bytes in out: print(base64.b64encode(bytes).decode())
        """,
      ], input: Data(data).base64EncodedString())
    return try output.split(separator: "\n").map { line in
      [UInt8](try #require(Data(base64Encoded: String(line))))
    }
  }

  private func text(_ count: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: UInt64(count))
    var bytes: [UInt8] = []
    while bytes.count < count {
      withUnsafeBytes(of: generator.next() & 0x0707_0707_0707_0707) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes[..<count])
  }

  /// Feeds `bytes` in pieces of `size` and takes pieces of `count`.
  private func decode(_ bytes: [UInt8], limit: Int, piece size: Int, upTo count: Int)
    throws(GzipError) -> [UInt8]
  {
    var decoder = GzipDecoder(limit: limit)
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      decoder.feed(Array(bytes[start..<min(start + size, bytes.count)]))
      while true {
        let before = output.count
        let progress = try decoder.decode(upTo: count, into: &output)
        #expect(output.count - before <= count)
        if progress == .needsInput { break }
        #expect(output.count - before == count)
      }
    }
    try decoder.finish()
    return output
  }

  @Test func whatPythonCompressedComesBack() throws {
    let sizes = [0, 1, 100, 65_535, 65_536, 1_000_000]
    let data = text(1_000_000)
    let compressed = try python(
      """
      for size in \(sizes):
          for level in 0, 1, 9: out.append(gzip.compress(data[:size], level))
      """, data)
    #expect(compressed.count == sizes.count * 3)
    for (index, bytes) in compressed.enumerated() {
      let size = sizes[index / 3]
      let expected = Array(data[..<size])
      let isSame = try GzipDecoder.decode(bytes, limit: size) == expected
      let isSameInPieces = try decode(bytes, limit: size, piece: 999, upTo: 777) == expected
      #expect(isSame && isSameInPieces, "\(size) bytes")
      guard size > 0 else { continue }
      #expect(throws: GzipError.tooLarge(limit: size - 1)) {
        try GzipDecoder.decode(bytes, limit: size - 1)
      }
    }
  }

  @Test func itMayBeFedInPiecesOfAnySize() throws {
    let data = text(5000)
    let compressed = try python("out.append(gzip.compress(data))", data)[0]
    for (piece, count) in [(1, 1), (1, 4096), (2, 3), (7, 1), (10, 4096)] {
      #expect(try decode(compressed, limit: 5000, piece: piece, upTo: count) == data)
    }
  }

  @Test func aHeaderWithNameAndExtraFieldsIsTaken() throws {
    let data = text(300)
    let compressed = try python(
      """
      import struct
      c = zlib.compressobj(wbits=-15)
      body = c.compress(data) + c.flush()
      head = bytes([31, 139, 8, 4 | 8 | 16 | 2]) + bytes(6) + struct.pack('<H', 4) + b'abcd'
      head += b'name\\0comment\\0'
      head += struct.pack('<H', zlib.crc32(head) & 0xffff)
      out.append(head + body + struct.pack('<II', zlib.crc32(data), len(data)))
      assert gzip.decompress(out[0]) == data
      """, data)[0]
    #expect(try GzipDecoder.decode(compressed, limit: 300) == data)
  }

  @Test func severalMembersAreOneText() throws {
    let data = text(3000)
    let compressed = try python(
      """
      parts = data[:1000], b'', data[1000:]
      out.append(b''.join(gzip.compress(part) for part in parts))
      """, data)[0]
    #expect(try GzipDecoder.decode(compressed, limit: 3000) == data)
    #expect(try decode(compressed, limit: 3000, piece: 1, upTo: 100) == data)
    #expect(throws: GzipError.tooLarge(limit: 2999)) {
      try GzipDecoder.decode(compressed, limit: 2999)
    }
  }

  @Test func whatIsCutOffIsTruncatedWhereverItIsCut() throws {
    let members = try python("out += gzip.compress(b'hello'), gzip.compress(b'world')")
    let compressed = members[0] + members[1]
    let first = members[0].count
    for count in 0..<compressed.count where count != first {
      let cut = Array(compressed[..<count])
      // Of one byte behind a member it cannot be said what it was to be.
      let expected: GzipError = count == first + 1 ? .trailingGarbage : .truncated
      #expect(throws: expected, "the first \(count) bytes") {
        try GzipDecoder.decode(cut, limit: 100)
      }
      #expect(throws: expected, "the first \(count) bytes") {
        try decode(cut, limit: 100, piece: 1, upTo: 1)
      }
    }
  }

  @Test func whatFollowsTheDataIsSeen() throws {
    let compressed = try python("out.append(gzip.compress(b'hello'))")[0]
    for garbage in [[0], [0, 0, 0], Array("garbage".utf8), [31], [31, 0]] as [[UInt8]] {
      let bytes = compressed + garbage
      #expect(throws: GzipError.trailingGarbage) { try GzipDecoder.decode(bytes, limit: 100) }
      #expect(throws: GzipError.trailingGarbage) {
        try decode(bytes, limit: 100, piece: 1, upTo: 64)
      }
    }
  }

  @Test func whatIsNotGzipIsCorrupt() throws {
    #expect(throws: GzipError.corrupt) { try GzipDecoder.decode(Array("{}".utf8), limit: 100) }
    let zlib = try python("out.append(zlib.compress(b'hello'))")[0]
    #expect(throws: GzipError.corrupt) { try GzipDecoder.decode(zlib, limit: 100) }
  }

  @Test func nothingIsNotGzipEither() {
    #expect(throws: GzipError.truncated) { try GzipDecoder.decode([], limit: 100) }
  }

  /// A changed bit is either one that means nothing, such as of the time in the header, or is seen.
  @Test func everyDamagedBitIsSeenAsPythonSeesIt() throws {
    let data = text(64)
    let compressed = try python("out.append(gzip.compress(data))", data)[0]
    // 0: refused, 1: the same text, 2: another text.
    let oracle = try python(
      """
      verdicts = bytearray()
      for bit in range(len(data) * 8):
          damaged = bytearray(data)
          damaged[bit // 8] ^= 1 << bit % 8
          try:
              d = zlib.decompressobj(wbits=31)
              text = d.decompress(bytes(damaged))
              verdicts.append(0 if not d.eof or d.unused_data else
                              1 if text == gzip.decompress(data) else 2)
          except zlib.error:
              verdicts.append(0)
      out.append(verdicts)
      """, compressed)[0]
    for bit in 0..<compressed.count * 8 {
      var damaged = compressed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let decoded = try? GzipDecoder.decode(damaged, limit: 1000)
      #expect(oracle[bit] == (decoded == nil ? 0 : decoded == data ? 1 : 2), "bit \(bit)")
    }
  }

  @Test func aBombIsRefusedWhenItsBoundIsReached() throws {
    let bomb = try python(
      """
      c = zlib.compressobj(9, wbits=31)
      out.append(b''.join(c.compress(bytes(1 << 20)) for _ in range(64)) + c.flush())
      """)[0]
    #expect(bomb.count < 100_000)
    var decoder = GzipDecoder(limit: 1 << 20)
    var piece: [UInt8] = []
    var most = 0
    decoder.feed(bomb)
    let error = #expect(throws: GzipError.self) {
      while true {
        let progress = try decoder.decode(upTo: 8192, into: &piece)
        most = max(most, piece.count)
        piece.removeAll(keepingCapacity: true)
        if progress == .needsInput { break }
      }
    }
    #expect(error == .tooLarge(limit: 1 << 20))
    #expect(most <= 8192)
    #expect(decoder.total == 1 << 20)
    // It stays refused.
    #expect(throws: GzipError.tooLarge(limit: 1 << 20)) { try decoder.decode(into: &piece) }
  }

  @Test func aBombOfManyMembersIsRefusedAsWell() throws {
    let bomb = try python("out.append(gzip.compress(bytes(10000)) * 1000)")[0]
    #expect(throws: GzipError.tooLarge(limit: 1 << 20)) {
      try GzipDecoder.decode(bomb, limit: 1 << 20)
    }
    #expect(try GzipDecoder.decode(bomb, limit: 10_000_000).count == 10_000_000)
  }
}
