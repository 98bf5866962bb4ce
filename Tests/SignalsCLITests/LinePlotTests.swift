import SignalsAPI
import Testing
import Time

@testable import SignalsCLI

/// Readings of fictitious machines, from 10:00.
enum Plant {
  static func readings(
    of machine: String, type: String = "power", count: Int, every step: Int64 = 50_000,
    _ value: (Int) -> Double
  ) throws -> [SignalsCLI.Reading] {
    let start = try #require(Timestamp("2026-11-24T10:00:00Z"))
    return (0..<count).map { index in
      Reading(
        id: Int64(index), type: type, value: value(index),
        timestamp: start + Int64(index) * step, machine: machine)
    }
  }

  /// Ten seconds of two parabolas, one up and one down.
  static func wave() throws -> [SignalsCLI.Reading] {
    try readings(of: "machine-1", count: 200) { index in
      let part = Double(index % 100) / 50 - 1
      return 300 + (index < 100 ? 1 : -1) * 150 * (1 - part * part)
    }
  }

  static func states() throws -> [SignalsCLI.Reading] {
    let type = "state_change"
    return try readings(of: "machine-1", type: type, count: 8, every: 4_000_000) { Double($0 % 2) }
      + readings(of: "machine-2", type: type, count: 60, every: 500_000) {
        [1, 1, 1, 0, 1, 0][$0 % 6]
      } + readings(of: "machine-10", type: type, count: 3, every: 10_000_000) { [1, 6, 0][$0] }
  }

  static func errors() throws -> [SignalsCLI.Reading] {
    try readings(of: "machine-1", type: "error", count: 5, every: 9_000_000) {
      [42, 7, 42, 100, 3][$0]
    } + readings(of: "machine-2", type: "error", count: 30, every: 300_000) { Double($0 % 7 + 1) }
  }

  static func slope() throws -> [SignalsCLI.Reading] {
    try readings(of: "machine-2", count: 200) { Double(150 + $0) }
  }
}

@Suite struct LinePlotTests {
  private func plot(_ readings: [SignalsCLI.Reading], width: Int, for output: OutputTarget)
    -> String
  {
    Chart(readings, ofType: "power", times: .utc)
      .lines(width: width, height: 14, for: output).joined(separator: "\n")
  }

  @Test func aMachineIsALine() throws {
    #expect(
      plot(try Plant.wave(), width: 80, for: .plain) == """
        500 ┤
            │             ⣀⣀⡠⠤⠤⠤⠤⠤⠤⢄⣀⣀
            │        ⣀⡠⠔⠊⠉           ⠈⠉⠓⠢⢄⡀
        400 ┤     ⣀⠴⠊⠁                    ⠈⠑⠤⡀
            │  ⢀⠴⠊⠁                          ⠈⠑⠤⡀
            │⢠⠒⠁                                ⠉⠲⡀
        300 ┤⠁                                    ⠈⠣⢄                                ⢀⡠⠎
            │                                        ⠑⠦⣀                           ⣀⠔⠊
        200 ┤                                          ⠈⠑⠦⣀                     ⣀⠔⠊
            │                                             ⠈⠉⠒⠤⣀⡀           ⣀⣠⠤⠒⠉
            │                                                  ⠈⠉⠉⠒⠒⠒⠒⠒⠒⠒⠉⠉⠁
        100 ┤
            └┬──────────────┬──────────────┬──────────────┬──────────────┬──────────────
         10:00:00       10:00:02       10:00:04       10:00:06       10:00:08
        """)
  }

  @Test func aWiderTerminalShowsMore() throws {
    #expect(
      plot(try Plant.wave(), width: 132, for: .plain) == """
        500 ┤
            │                      ⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀
            │              ⣀⣀⠤⠤⠒⠊⠉⠉                    ⠉⠉⠑⠒⠢⠤⢄⣀
        400 ┤         ⣀⠤⠔⠊⠉                                    ⠉⠑⠒⠤⣀⡀
            │    ⢀⠤⠔⠊⠉                                              ⠈⠑⠒⠤⣀
            │⢀⡠⠒⠉⠁                                                       ⠉⠒⠢⡀
        300 ┤⠁                                                              ⠈⠉⠢⢄⣀                                                       ⢀⡠⠤⠊
            │                                                                    ⠑⠒⠤⣀⡀                                              ⣀⠤⠔⠊⠁
        200 ┤                                                                        ⠈⠑⠒⠤⢄⡀                                    ⣀⠤⠔⠊⠉
            │                                                                             ⠈⠉⠑⠒⠢⠤⢄⣀⣀                   ⢀⣀⣀⠤⠤⠒⠒⠉⠉
            │                                                                                      ⠉⠉⠉⠑⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠁
        100 ┤
            └┬───────────┬────────────┬────────────┬────────────┬───────────┬────────────┬────────────┬────────────┬───────────┬────────────
         10:00:00    10:00:01     10:00:02     10:00:03     10:00:04    10:00:05     10:00:06     10:00:07     10:00:08    10:00:09
        """)
  }

  @Test func withoutUnicodeItIsASCII() throws {
    #expect(
      plot(try Plant.wave(), width: 80, for: OutputTarget(isUnicode: false)) == """
        500 +
            |                *******
            |         *******      *******
        400 +      ****                   ****
            |   ***                          ****
            |***                                ***
        300 +*                                    ***                                ***
            |                                        ***                          ****
        200 +                                           ****                   ****
            |                                              *******      *******
            |                                                     *******
        100 +
            ++--------------+--------------+--------------+--------------+--------------
         10:00:00       10:00:02       10:00:04       10:00:06       10:00:08
        """)
  }

  @Test func withoutColoursMachinesHaveMarks() throws {
    #expect(
      plot(try Plant.wave() + Plant.slope(), width: 80, for: .plain) == """
        500 ┤
            │                *******
            │         *******      *******
        400 ┤      ****                   ****
            │   ***                          ****                                  ooooo
            │***                                ***                  oooooooooooooo
        300 ┤*                                    ***  ooooooooooooooo               ***
            │                             oooooooooooooo                          ****
        200 ┤               ooooooooooooooo             ****                   ****
            │  oooooooooooooo                              *******      *******
            │oo                                                   *******
        100 ┤
            └┬──────────────┬──────────────┬──────────────┬──────────────┬──────────────
         10:00:00       10:00:02       10:00:04       10:00:06       10:00:08
        """)
  }

  @Test func coloursTellLinesApart() throws {
    let text = plot(
      try Plant.wave() + Plant.slope(), width: 80, for: OutputTarget(isColoured: true))
    #expect(
      text.hasPrefix("\u{1b}[2m500 ┤\u{1b}[0m\n\u{1b}[2m    │             \u{1b}[0m\u{1b}[36m⣀⣀⡠⠤"))
    #expect(text.contains("⠈⠣⢄   \u{1b}[0m\u{1b}[35m⢀⣀⣀⣀⠤⠤⠤⠒⠒⠒⠋⠉⠉⠁"))
  }

  @Test func aGapStaysOne() throws {
    let readings = try Plant.readings(of: "m", count: 100) { Double($0) }
    #expect(
      plot(
        readings.filter { !(30..<70).contains($0.id) }, width: 60,
        for: OutputTarget(isUnicode: false))
          == """
          100 +                                                    ***
              |                                               ******
              |                                           *****
              |                                      *****
              |
              |
           50 +
              |
              |             ****
              |        *****
              |   *****
            0 +***
              ++----------+----------+----------+----------+----------
           10:00:00   10:00:01   10:00:02   10:00:03   10:00:04
          """)
  }

  @Test func aReadingIsADot() throws {
    #expect(
      plot(try Plant.readings(of: "m", count: 1) { _ in 231.5 }, width: 60, for: .plain) == """
        260 ┤
            │
            │
            │
        240 ┤
            │                           ⠠
            │
        220 ┤
            │
            │
            │
        200 ┤
            └───────────────────────────┬───────────────────────────
                                  10:00:00.000
        """)
  }

  @Test func nothingIsAnEmptyPlot() throws {
    let start = try #require(Timestamp("2026-11-24T10:00:00Z"))
    let chart = Chart([], ofType: "power", during: start...start + 10_000_000, times: .utc)
    #expect(
      chart.lines(width: 60, height: 6, for: .plain).joined(separator: "\n") == """
        1 ┤
          │
          │
        0 ┤
          └┬──────────┬──────────┬───────────┬──────────┬───────────
        10:00:00  10:00:02   10:00:04    10:00:06   10:00:08
        """)
  }

  @Test(arguments: [
    [1e300, -1e300], [Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude],
    [Double.leastNonzeroMagnitude, 0],
    [1e15, 1e15 + 0.125], [-1e-9, 1e-9], [0, 0],
  ])
  func everyNumberHasItsPlace(_ values: [Double]) throws {
    let readings = try Plant.readings(of: "m", count: values.count) { values[$0] }
    for width in [1, 20, 80] {
      let chart = Chart(readings, ofType: "power", times: .utc)
      let lines = chart.lines(width: width, height: 8, for: .plain)
      #expect(lines.count == 8)
      #expect(lines.dropLast(2).contains { $0.unicodeScalars.contains { $0.value >= 0x2801 } })
    }
  }
}
