import Testing
import Time

@testable import SignalsCLI

@Suite struct TimeStyleTests {
  @Test(arguments: [
    ("2026-11-24T10:00:00.000456Z", "2026-11-24 10:00:00.000456 +00:00"),
    ("2024-02-29T23:59:59Z", "2024-02-29 23:59:59.000000 +00:00"),
    ("1969-12-31T23:59:59.25Z", "1969-12-31 23:59:59.250000 +00:00"),
  ])
  func everyTimeHasTheSamePrecision(_ text: String, _ shown: String) throws {
    #expect(TimeStyle.utc.text(try #require(Timestamp(text))) == shown)
  }
}
