import Testing

@testable import Spool

@Suite struct ChecksumTests {
  /// The check value that every catalogue of checksums gives for CRC-32.
  @Test func itIsTheCRC32ThatEverybodyMeans() {
    var checksum = Checksum()
    checksum.update("1234".utf8)
    checksum.update("56789".utf8)
    #expect(checksum.value == 0xCBF4_3926)
    #expect(Checksum().value == 0)
  }
}
