import Signals
import SignalsAPI
import TestSupport
import Testing

@testable import SignalsCLI

/// Whole plots, with title and legend.
@Suite struct PlotTests {
  private func plot(
    _ readings: [SignalsCLI.Reading], of type: String, unit: String? = nil, width: Int = 80,
    for output: OutputTarget = .plain
  ) -> String {
    let chart = Chart(readings, ofType: type, times: .utc)
    return chart.text(
      title: chart.title(type, unit: unit), width: width, height: 20, for: output)
  }

  @Test func amountsHaveALegend() throws {
    let text = plot(try Plant.wave() + Plant.slope(), of: "power", unit: "W")
    #expect(
      text == """
        power (W), the newest 400 readings of 2 machines
        2026-11-24 10:00:00 to 10:00:09 +00:00, 10 s
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

        machine      min    mean  max  newest
        * machine-1  150  300.00  450  294.06
        o machine-2  150  249.50  349  349

        """)
  }

  @Test func statesAreBandsWithWords() throws {
    let text = plot(try Plant.states(), of: "state_change")
    #expect(
      text == """
        state_change, the newest 71 readings of 3 machines
        2026-11-24 10:00:00 to 10:00:29 +00:00, 30 s
        machine-1  ┤░░░░░░░░░█████████▒░░░░░░░░▒█████████░░░░░░░░░█████████▒░░░░░░░░▒███
        machine-2  ┤███▒▒█░███▒▒▒░███▒▒▒▒███░▒▒▒███░▒▒▒███░█▒▒███░█▒▒███░█░▒███░█░███▒░█
        machine-10 ┤███████ working ███████?????????? 6 ??????????░░░░░░ stopped ░░░░░░░
                   └┬──────────┬───────────┬──────────┬───────────┬──────────┬──────────
                10:00:00   10:00:05    10:00:10   10:00:15    10:00:20   10:00:25

        machine     █ working  ░ stopped  readings  newest
        machine-1      45.8 %     54.2 %         8  working
        machine-2      67.8 %     32.2 %        60  stopped
        machine-10     33.9 %     32.2 %         3  stopped

        """)
  }

  @Test func aWiderTerminalHasRoomForMoreWords() throws {
    let text = plot(try Plant.states(), of: "state_change", width: 132)
    #expect(
      text == """
        state_change, the newest 71 readings of 3 machines
        2026-11-24 10:00:00 to 10:00:29 +00:00, 30 s
        machine-1  ┤░░░ stopped ░░░░▒███ working ███▒░░░ stopped ░░░░███ working ████░░░ stopped ░░░░▒███ working ███▒░░░ stopped ░░░░██████
        machine-2  ┤██████░░██░░██████▒░▒█▒░▒█████▒░▒█▒░▒█████▒░▒██░░██████░░██░░██████░░██░░██████▒░▒█▒░▒█████▒░▒█▒░▒█████▒░░██░░██████░░██
        machine-10 ┤███████████████ working ████████████████▒?????????????????? 6 ???????????????????▒░░░░░░░░░░░░░░ stopped ░░░░░░░░░░░░░░░
                   └┬───────────────────┬───────────────────┬────────────────────┬───────────────────┬───────────────────┬──────────────────
                10:00:00            10:00:05            10:00:10             10:00:15            10:00:20            10:00:25

        machine     █ working  ░ stopped  readings  newest
        machine-1      45.8 %     54.2 %         8  working
        machine-2      67.8 %     32.2 %        60  stopped
        machine-10     33.9 %     32.2 %         3  stopped

        """)
  }

  @Test func statesInASCII() throws {
    let text = plot(try Plant.states(), of: "state_change", for: OutputTarget(isUnicode: false))
    #expect(
      text == """
        state_change, the newest 71 readings of 3 machines
        2026-11-24 10:00:00 to 10:00:29 +00:00, 30 s
        machine-1  +.........#########:........:#########.........#########:........:###
        machine-2  +###::#.###:::.###::::###.:::###.:::###.#::###.#::###.#.:###.#.###:.#
        machine-10 +####### working #######?????????? 6 ??????????...... stopped .......
                   ++----------+-----------+----------+-----------+----------+----------
                10:00:00   10:00:05    10:00:10   10:00:15    10:00:20   10:00:25

        machine     # working  . stopped  readings  newest
        machine-1      45.8 %     54.2 %         8  working
        machine-2      67.8 %     32.2 %        60  stopped
        machine-10     33.9 %     32.2 %         3  stopped

        """)
  }

  @Test func errorsAreMarksWithTheirCodes() throws {
    let text = plot(try Plant.errors(), of: "error")
    #expect(
      text == """
        error, the newest 35 readings of 2 machines
        2026-11-24 10:00:00 to 10:00:36 +00:00, 36 s
        machine-1 ┤×42──────────────×7───────────────×42──────────────×100─────────────×
        machine-2 ┤✱✱✱×✱✱✱×✱✱✱×✱✱✱×✱────────────────────────────────────────────────────
                  └┬──────────────────┬──────────────────┬──────────────────┬───────────
               10:00:00           10:00:10           10:00:20           10:00:30

        machine    errors  most often     newest  time
        machine-1       5  42 (2 times)        3  2026-11-24 10:00:36.000000 +00:00
        machine-2      30  1, 2 (5 each)       2  2026-11-24 10:00:08.700000 +00:00

        """)
  }

  @Test func errorsInASCII() throws {
    let text = plot(try Plant.errors(), of: "error", for: OutputTarget(isUnicode: false))
    #expect(
      text == """
        error, the newest 35 readings of 2 machines
        2026-11-24 10:00:00 to 10:00:36 +00:00, 36 s
        machine-1 +x42--------------x7---------------x42--------------x100-------------x
        machine-2 +***x***x***x***x*----------------------------------------------------
                  ++------------------+------------------+------------------+-----------
               10:00:00           10:00:10           10:00:20           10:00:30

        machine    errors  most often     newest  time
        machine-1       5  42 (2 times)        3  2026-11-24 10:00:36.000000 +00:00
        machine-2      30  1, 2 (5 each)       2  2026-11-24 10:00:08.700000 +00:00

        """)
  }

  @Test func everyStateOfTheLegendIsDrawn() throws {
    let readings = try (1...12).flatMap { machine in
      try Plant.readings(of: "m\(machine)", type: "state_change", count: 5) { Double($0 % 2) }
    }
    let lines = plot(readings, of: "state_change").split(separator: "\n")
    #expect(lines.count { $0.contains("┤") } == 12)
  }

  @Test func tooManyMachinesAreCounted() throws {
    let readings = try (1...9).flatMap { machine in
      try Plant.readings(of: "m\(machine)", count: 5) { Double($0 + machine) }
    }
    let text = plot(readings, of: "power", for: OutputTarget(isColoured: true))
    #expect(text.contains("m6"))
    #expect(!text.contains("m7"))
    #expect(text.hasPrefix("power, the newest 30 readings of 6 machines\n"))
    #expect(text.hasSuffix("\nand 3 more machines; select one with --machine\n"))
  }

  @Test func aHostileNameSteersNoTerminal() throws {
    for type in ["power", "state_change", "error"] {
      let readings = try Plant.readings(of: "m\u{1b}]0;x\u{7}", type: type, count: 2) { Double($0) }
      let text = plot(readings, of: type, unit: "W\u{9b}31m")
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.isHarmless })
      #expect(text.split(separator: "\n").allSatisfy { String($0).columns <= 80 })
    }
  }

  // MARK: The built program

  @Test func theProgramIsAsWideAsTheTerminal() throws {
    let server = try CannedResponses.server()
    let outcome = try signalsInTerminal(
      "plot power --utc", url: server.url, width: 60, height: 14,
      environment: ["NO_COLOR": "1"])
    #expect(outcome.status == 0)
    #expect(server.requests.map(\.target) == ["/signals/power?limit=1000", "/signals"])
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "power (W), the newest 2 readings of 2 machines")
    #expect(lines.count == 14)
    #expect(lines.map { String($0).columns }.max() == 60)
  }

  @Test func theUnitThatCameWithTheReadingsIsNotAskedFor() throws {
    let server = try CannedResponses.server(
      .body(CannedResponses.power, headers: ["Signal-Unit": "kW"]))
    let outcome = try signals(["plot", "power"], url: server.url)
    #expect(outcome.output.hasPrefix("power (kW), the newest 2 readings of 2 machines\n"))
    #expect(server.requests.map(\.target) == ["/signals/power?limit=1000"])
  }

  @Test func aFileGetsColumnsByOption() throws {
    let server = try CannedResponses.server()
    let outcome = try signals(
      ["plot", "power", "--machine", "machine-1", "--limit", "-3", "--width", "132"],
      url: server.url)
    #expect(outcome.status == 0)
    #expect(
      server.requests.first?.target == "/signals/power?limit=-3&machine=machine-1")
    #expect(outcome.output.split(separator: "\n").map { String($0).columns }.max() == 132)
  }

  @Test(arguments: [("--width", "39"), ("--height", "1001")])
  func aSizeHasBounds(_ option: String, _ size: String) throws {
    let outcome = try signals(["plot", "power", option, size])
    #expect(outcome.errors.contains("'\(option)' must be an integer from "))
    #expect(outcome.status == 64)
  }

  @Test func nothingToDrawIsNoFailure() throws {
    let server = try CannedResponses.server(.body("[]"))
    let outcome = try signals(["plot", "power"], url: server.url)
    #expect(outcome.output == "")
    #expect(outcome.errors == "signals-cli: no readings of power yet\n")
    #expect(outcome.status == 0)
  }
}
