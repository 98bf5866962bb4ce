import Testing

@testable import Spool

@Suite struct ChecksumTests {
  /// The check value that every catalogue of checksums gives for CRC-32.
  @Test func itIsTheCRC32ThatEverybodyMeans() {
    var checksum = Checksum()
    checksum.update("1234")
    checksum.update("56789")
    #expect(checksum.value == 0xCBF4_3926)
    #expect(Checksum().value == 0)
  }

  /// Bits one at a time, as the polynomial is defined, over lengths on both sides of a word's.
  @Test(arguments: [1, 7, 8, 9, 15, 16, 17, 1000, 4001])
  func aWordAtATimeIsTheSameAsABitAtATime(length: Int) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }
    var register = UInt32.max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
    var whole = Checksum()
    whole.update(bytes)
    #expect(whole.value == Int64(~register))
    var halves = Checksum()
    halves.update(Array(bytes[..<(length / 3)]))
    halves.update(Array(bytes[(length / 3)...]))
    #expect(halves.value == whole.value)
  }
}
