import Testing

@testable import SignalsCLI

@Suite struct TimestampTests {
  @Test(arguments: [
    // date -u -d '…' +%s
    ("1970-01-01T00:00:00Z", 0, 0),
    ("2026-11-24T10:00:00.123456Z", 1_795_514_400, 123_456),
    ("2024-02-29T23:59:59.5Z", 1_709_251_199, 500_000),
    ("2000-03-01T00:00:00.000001Z", 951_868_800, 1),
    ("1969-12-31T23:59:59.25Z", -1, 250_000),
    ("2026-11-24T11:30:00.1234567+01:30", 1_795_514_400, 123_456),
    ("2026-11-24t05:00:00-05:00", 1_795_514_400, 0),
  ])
  func rfc3339IsRead(_ text: String, seconds: Int, microseconds: Int) throws {
    let timestamp = try #require(Timestamp(text))
    #expect(timestamp.seconds == seconds)
    #expect(timestamp.microseconds == microseconds)
  }

  @Test(arguments: [
    "", "now", "2026-11-24", "2026-11-24T10:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
    "2026-11-31T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T10:60:00Z", "2026-11-24T10:00:00.Z",
    "2026-11-24T10:00:00ZZ", "2026-11-24T10:00:00+1:00", "+026-11-24T10:00:00Z",
  ])
  func whatIsNotRFC3339IsNone(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(arguments: [
    ("2026-11-24T10:00:00.000456Z", "2026-11-24 10:00:00.000456 +00:00"),
    ("2024-02-29T23:59:59Z", "2024-02-29 23:59:59.000000 +00:00"),
    ("1969-12-31T23:59:59.25Z", "1969-12-31 23:59:59.250000 +00:00"),
  ])
  func everyTimeHasTheSamePrecision(_ text: String, _ shown: String) throws {
    #expect(TimeStyle.utc.text(try #require(Timestamp(text))) == shown)
  }
}
