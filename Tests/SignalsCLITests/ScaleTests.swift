import Testing
import Time

@testable import SignalsCLI

@Suite struct ScaleTests {
  @Test(arguments: [
    (98.0...460.0, 4, "0 100 200 300 400 500"), (0...1, 4, "0.0 0.5 1.0"),
    (-0.3...0.3, 4, "-0.4 -0.2 0.0 0.2 0.4"), (231.5...231.5, 4, "200 220 240 260"),
    (0...0, 4, "-1.0 -0.5 0.0 0.5 1.0"), (1234...1235, 4, "1234.0 1234.5 1235.0"),
    (0...0.00002, 4, "0.0e-5 0.5e-5 1.0e-5 1.5e-5 2.0e-5"), (0...3e9, 4, "0e9 1e9 2e9 3e9"),
    (0...Double.leastNonzeroMagnitude, 2, "-1 0 1"),
  ])
  func valuesAreNamedAtRoundNumbers(
    _ range: ClosedRange<Double>, _ steps: Int, _ names: String
  ) {
    let scale = ValueScale(holding: range, steps: steps)
    #expect(scale.ticks.map(scale.label).joined(separator: " ") == names)
  }

  @Test(arguments: [
    (0.0, "10:00:00.000"), (0.00001, "10:00:00.000000 10:00:00.000005 10:00:00.000010"),
    (3.3, "10:00:00 10:00:01 10:00:02 10:00:03"),
    (60, "10:00:00 10:00:10 10:00:20 10:00:30 10:00:40 10:00:50 10:01:00"),
    (7200, "10:00 10:15 10:30 10:45 11:00 11:15 11:30 11:45 12:00"),
    (86_400, "11-24 12:00 11-24 18:00 11-25 00:00 11-25 06:00"),
    (864_000, "2026-11-25 2026-11-27 2026-11-29 2026-12-01 2026-12-03"),
    (1e11, "2517-08-01 3065-03-01 3612-09-29 4160-04-29 4707-11-29"),
  ])
  func timesAreNamedWhereThereIsRoom(_ seconds: Double, _ names: String) throws {
    let start = try #require(Timestamp("2026-11-24T10:00:00Z"))
    let scale = TimeScale(first: start, last: start + Int64(seconds * 1_000_000))
    let ticks = scale.ticks(columns: 70, style: .utc)
    #expect(ticks.map(\.label).joined(separator: " ") == names)
  }
}
