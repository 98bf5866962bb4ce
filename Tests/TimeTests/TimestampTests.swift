import Testing
import Time

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"),
      (-1, "1969-12-31T23:59:59.999999Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
      (1_795_514_400_123_456, "2026-11-24T10:00:00.123456Z"),
      (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
      (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
      (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ] as [(Int64, String)])
  func aMomentIsWrittenAsRFC3339(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test(arguments: [Int64.min, .max]) func aMomentThatNoYearOfFourDigitsHoldsIsHeldAtTheBound(
    microseconds: Int64
  ) {
    let text = Timestamp(microseconds: microseconds).description
    #expect(
      text == (microseconds < 0 ? "0000-01-01T00:00:00.000000Z" : "9999-12-31T23:59:59.999999Z"))
  }
}
