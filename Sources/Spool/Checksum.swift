/// CRC-32 as in zlib and Ethernet (ISO 3309), which finds what a disk or a torn write has changed.
struct Checksum {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }

  private var register: UInt32 = .max

  /// Of all bytes so far.
  var value: UInt32 { ~register }

  mutating func update(_ bytes: some Sequence<UInt8>) {
    var register = register
    Checksum.table.withUnsafeBufferPointer { table in
      for byte in bytes {
        register = register >> 8 ^ table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
      }
    }
    self.register = register
  }

  /// Of a text.
  static func of(_ text: String) -> Int64 {
    var checksum = Checksum()
    checksum.update(text.utf8)
    return Int64(checksum.value)
  }

  mutating func update(_ number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { update($0) }
  }
}
