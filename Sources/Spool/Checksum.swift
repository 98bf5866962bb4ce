/// CRC-32 as in zlib and Ethernet (ISO 3309), to detect disk errors and torn writes.
struct Checksum {
  /// The effect of a byte on the register when 0 to 7 others follow it within a word:
  /// `table[others][byte]`. A word at a time is five times as fast as a byte at a time.
  private static let table: [UInt32] = {
    var table: [UInt32] = (0..<256).map { index in
      (0..<8).reduce(index) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
    for index in 256..<8 * 256 {
      let before = table[index - 256]
      table.append(before >> 8 ^ table[Int(before & 0xFF)])
    }
    return table
  }()

  private var register: UInt32 = .max

  /// Of all bytes so far.
  var value: Int64 { Int64(~register) }

  mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  mutating func update(_ text: String) { update(Array(text.utf8)) }

  mutating func update(_ number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { update($0) }
  }

  private mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var register = register
    Checksum.table.withUnsafeBufferPointer { table in
      let words = bytes.count / 8 * 8
      for offset in stride(from: 0, to: words, by: 8) {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          ^ UInt64(register)
        register = 0
        for place in 0..<8 {
          register ^= table[(7 - place) << 8 | Int(UInt8(truncatingIfNeeded: word >> (8 * place)))]
        }
      }
      for byte in bytes[words...] {
        register = register >> 8 ^ table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
      }
    }
    self.register = register
  }

  static func of(_ text: String) -> Int64 {
    var checksum = Checksum()
    checksum.update(text)
    return checksum.value
  }
}
