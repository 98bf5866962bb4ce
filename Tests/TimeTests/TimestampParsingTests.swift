import TestSupport
import Testing
import Time

@Suite struct TimestampParsingTests {
  @Test(
    arguments: [
      // date -u -d '…' +%s
      ("1970-01-01T00:00:00Z", 0),
      ("2026-11-24T10:00:00.123456Z", 1_795_514_400_123_456),
      ("2024-02-29T23:59:59.5Z", 1_709_251_199_500_000),
      ("2000-03-01T00:00:00.000001Z", 951_868_800_000_001),
      ("1969-12-31T23:59:59.25Z", -750_000),
      ("2026-11-24T10:00:00.1234569Z", 1_795_514_400_123_456),
      ("1969-12-31T23:59:59.1234569Z", -876_544),
      ("2026-11-24T10:00:00.12345678901234567890123456789Z", 1_795_514_400_123_456),
      ("2026-11-24T11:30:00.1234567+01:30", 1_795_514_400_123_456),
      ("2026-11-24t05:00:00-05:00", 1_795_514_400_000_000),
      ("2026-11-24T10:00:00z", 1_795_514_400_000_000),
      ("2026-11-24T10:00:00-00:00", 1_795_514_400_000_000),
      ("2026-11-25T09:59:00+23:59", 1_795_514_400_000_000),
    ] as [(String, Int64)])
  func rfc3339IsRead(text: String, microseconds: Int64) {
    #expect(Timestamp(text)?.microseconds == microseconds)
  }

  @Test(arguments: [
    "", "now", "2026-11-24", "2026-11-24T10:00:00", "2026-11-24T10:00Z", "2026-11-24 10:00:00Z",
    "2026-11-24T10:00:00.Z", "2026-11-24T10:00:00,5Z", "2026-11-24T10:00:00ZZ",
    " 2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z\n", "2026-11-24T10:00:00 Z",
    "+026-11-24T10:00:00Z", "-026-11-24T10:00:00Z", "12026-11-24T10:00:00Z",
    "2026-1-24T10:00:00Z", "20261124T100000Z", "٢٠٢٦-11-24T10:00:00Z",
  ])
  func anotherShapeIsNone(text: String) { #expect(Timestamp(text) == nil) }

  @Test(arguments: [
    "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
    "2026-01-32T00:00:00Z", "2026-11-31T00:00:00Z", "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2026-02-99T00:00:00Z", "2026-99-24T00:00:00Z",
  ])
  func aDayThatTheCalendarLacksIsNone(text: String) { #expect(Timestamp(text) == nil) }

  @Test(arguments: [
    "2026-11-24T24:00:00Z", "2026-11-24T10:60:00Z", "2026-11-24T10:00:61Z",
    "2026-11-24T10:00:00+24:00", "2026-11-24T10:00:00+01:60", "2026-11-24T10:00:00+1:00",
    "2026-11-24T10:00:00+0100", "2026-11-24T10:00:00+01", "2026-11-24T10:00:00+",
  ])
  func aTimeOrAnOffsetThatNoClockShowsIsNone(text: String) { #expect(Timestamp(text) == nil) }

  /// The examples of RFC 3339, 5.8.
  @Test(arguments: [
    ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000000Z"),
    ("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000000Z"),
    ("2015-07-01T01:59:60.5+02:00", "2015-07-01T00:00:00.500000Z"),
  ])
  func aLeapSecondIsTheNextDaysFirst(text: String, same: String) {
    #expect(Timestamp(text)?.description == same)
  }

  @Test(arguments: [
    "2026-11-24T10:00:60Z", "2026-11-24T23:59:60Z", "1990-12-31T23:59:60-08:00",
    "1990-12-31T23:58:60Z", "9999-12-31T23:59:60Z",
  ])
  func aLeapSecondComesOnlyAtTheEndOfAMonth(text: String) { #expect(Timestamp(text) == nil) }

  @Test(arguments: ["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"])
  func aMomentThatHasNoTextInUTCIsNone(text: String) { #expect(Timestamp(text) == nil) }

  @Test func aPartOfATextIsReadAsWell() {
    let line = "at 2026-11-24T10:00:00Z: up"
    #expect(Timestamp(line.dropFirst(3).dropLast(4))?.microseconds == 1_795_514_400_000_000)
  }

  @Test func whatIsWrittenIsReadAgain() {
    for microseconds in stride(
      from: Int64(-62_167_219_200_000_000), through: 253_402_300_799_999_999,
      by: 31_556_952_123_457)
    {
      let timestamp = Timestamp(microseconds: microseconds)
      #expect(Timestamp(timestamp.description) == timestamp)
    }
  }

  @Test func theFuzzersCorpusHolds() throws {
    for (name, bytes) in try FuzzCorpus.inputs(for: "timestamp") {
      let violation = bytes.withUnsafeBytes { Property.violation($0) }
      #expect(violation == nil, "\(name)")
    }
  }
}
