import Testing

@testable import SignalsCLI

@Suite struct AmountTests {
  @Test(arguments: [
    (0, "0"), (42, "42"), (-0.5, "-0.5"), (231.5, "231.5"), (1e-05, "0.00001"),
    (-1.25e-07, "-0.000000125"), (1e16, "10000000000000000"), (1.5e16, "15000000000000000"),
    (-1.2345678901234567e+20, "-123456789012345670000"),
    (Double.leastNonzeroMagnitude, "0.\(zeros(323))5"),
    (Double.greatestFiniteMagnitude, "17976931348623157\(zeros(292))"),
  ])
  func aNumberHasNoExponent(_ number: Double, _ text: String) {
    #expect(number.withoutExponent == text)
    #expect(Double(text) == number)
  }

  @Test(arguments: [
    (0, 2, "0.00"), (1.005, 1, "1.0"), (-0.04, 1, "0.0"), (-0.06, 1, "-0.1"), (9.99, 1, "10.0"),
    (12.5, 0, "13"), (1e300, 1, "1\(zeros(300))"),
  ])
  func digitsBehindThePointAreAsMany(_ number: Double, _ digits: Int, _ text: String) {
    #expect(number.fixed(digits) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_258_291, "1.2 MiB"), (1 << 30, "1.0 GiB"),
    (Int.max, "8.0 EiB"),
  ])
  func bytesHaveABinaryUnit(_ bytes: Int, _ text: String) { #expect(byteCount(bytes) == text) }

  @Test(arguments: [
    (0, "0.0 ms"), (9_900, "9.9 ms"), (85_000, "85 ms"), (250_000, "250 ms"), (999_600, "1.0 s"),
    (2_500_000, "2.5 s"),
    (30_000_000, "30 s"), (59_600_000, "1 min"), (200_000_000, "3 min 20 s"),
    (3_600_000_000, "1 h"), (187_200_000_000, "2 d 4 h"),
  ])
  func aDurationHasTwoUnitsAtMost(_ microseconds: Int64, _ text: String) {
    #expect(duration(microseconds: microseconds) == text)
  }

  @Test func oneIsNotMany() {
    #expect(count(1, "batch") == "1 batch")
    #expect(count(2, "batch") == "2 batches")
    #expect(count(0, "reading") == "0 readings")
  }
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
