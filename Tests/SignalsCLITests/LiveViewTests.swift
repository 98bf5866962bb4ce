import Testing

import struct Signals.Timestamp

@testable import SignalsCLI

@Suite struct LiveViewTests {
  private let now = Timestamp(microseconds: 1_795_514_400_000_000)  // 2026-11-24T10:00:00Z

  private func reading(
    _ type: String, _ value: Double, _ secondsAgo: Double, _ machine: String = "machine-1"
  ) -> Reading {
    let time = now.microseconds - Int64(secondsAgo * 1_000_000)
    return Reading(
      id: time, type: type, value: value, timestamp: Timestamp(microseconds: time),
      machine: machine)
  }

  /// A minute of two machines; one stands still for a part of it.
  private func view(missing: Int? = nil) -> LiveView {
    var view = LiveView(
      name: "power", type: "power", server: "127.0.0.1:8080", times: .utc, unit: "W",
      readings: LiveReadings(window: 60_000_000))
    let power = (0...240).reversed().flatMap { quarter in
      let ago = Double(quarter) / 4
      return [
        reading("power", Double(300 + abs(quarter % 80 - 40) * 5), ago),
        reading("power", 120.5, ago, "machine-2"),
      ]
    }
    let gap = missing.map {
      ReadingFollower.Gap(after: nil, before: now, estimate: $0)
    }
    let states = [
      // Before the minute that is shown.
      reading("state_change", 1, 90), reading("state_change", 0, 30),
      reading("state_change", 1, 15), reading("state_change", 0, 70, "machine-2"),
    ]
    let errors = [reading("error", 42, 30), reading("error", 7, 12, "machine-2")]
    view.readings.take(.init(readings: power, gap: gap), ofType: "power", at: now)
    view.readings.take(.init(readings: states), ofType: "state_change", at: now)
    view.readings.take(.init(readings: errors), ofType: "error", at: now)
    return view
  }

  private func text(_ view: LiveView, _ medium: Medium) -> String {
    view.lines(at: now, for: medium).joined(separator: "\n")
  }

  @Test func eightyColumns() {
    #expect(
      text(view(), Medium(width: 80, height: 24)) == """
        power (W)                                                127.0.0.1:8080, q quits
        8.0 readings a second, the newest 0.0 ms old

              600 ┤
                  │**                    **                     **                    **
                  │ *****            ***** ****             **** *****            *****
              400 ┤     *****    *****         *****   *****         *****    *****
                  │         *****                  *****                  *****
              200 ┤
                  │ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo
                  │
                0 ┤
                  └┬──────────┬───────────┬──────────┬───────────┬──────────┬───────────
               09:59:00   09:59:10    09:59:20   09:59:30    09:59:40   09:59:50
        machine-1 ┤████████████ working █████████████▒░░░░ stopped ░░░░████ working ████
        machine-2 ┤░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ stopped ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░

        machine        min    mean    max  newest
        * machine-1  300    400.41  500     500
        o machine-2  120.5  120.50  120.5   120.5

        error  machine    time
            7  machine-2  2026-11-24 09:59:48.000000 +00:00
           42  machine-1  2026-11-24 09:59:30.000000 +00:00
        """)
  }

  @Test func aWideTerminal() {
    #expect(
      text(view(), Medium(width: 132, height: 30)) == """
        power (W)                                                                                                    127.0.0.1:8080, q quits
        8.0 readings a second, the newest 0.0 ms old

              500 ┤**                                     ***                                     ***                                     **
                  │  ***                               ****  ***                               ****  ***                               ****
                  │     ***                         ****        ***                         ****        ***                         ****
                  │        ***                    ***              ***                    ***              ***                    ***
              400 ┤          ****              ***                   ****              ***                   ****              ***
                  │             ****        ***                         ****        ***                         ****        ***
                  │                ****  ***                               **** ****                               ****  ***
              300 ┤                   ***                                     ***                                     ***
                  │
                  │
                  │
              200 ┤
                  │
                  │ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo
              100 ┤
                  └┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬──────────
               09:59:00  09:59:05  09:59:10  09:59:15  09:59:20  09:59:25  09:59:30  09:59:35  09:59:40  09:59:45  09:59:50  09:59:55
        machine-1 ┤█████████████████████████ working ██████████████████████████▒░░░░░░░░░░ stopped ░░░░░░░░░░░██████████ working ███████████
        machine-2 ┤░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ stopped ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░

        machine        min    mean    max  newest
        * machine-1  300    400.41  500     500
        o machine-2  120.5  120.50  120.5   120.5

        error  machine    time
            7  machine-2  2026-11-24 09:59:48.000000 +00:00
           42  machine-1  2026-11-24 09:59:30.000000 +00:00
        """)
  }

  @Test func withoutUnicode() {
    #expect(
      text(view(), Medium(width: 80, height: 20, isUnicode: false)) == """
        power (W)                                                127.0.0.1:8080, q quits
        8.0 readings a second, the newest 0.0 ms old

              500 +****               ********               ********               ****
                  |    ******* ********      ******** ********      ******** *******
                  |           **                    ***                    **
                  |ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo
                0 +
                  ++----------+-----------+----------+-----------+----------+-----------
               09:59:00   09:59:10    09:59:20   09:59:30    09:59:40   09:59:50
        machine-1 +############ working #############:.... stopped ....#### working ####
        machine-2 +.............................. stopped ..............................

        machine        min    mean    max  newest
        * machine-1  300    400.41  500     500
        o machine-2  120.5  120.50  120.5   120.5

        error  machine    time
            7  machine-2  2026-11-24 09:59:48.000000 +00:00
           42  machine-1  2026-11-24 09:59:30.000000 +00:00
        """)
  }

  @Test func beforeAnythingHasCome() {
    var view = LiveView(
      name: "power", type: "power", server: "127.0.0.1:8080", times: .utc,
      readings: LiveReadings(window: 60_000_000))
    view.waiting = .milliseconds(2340)
    #expect(
      text(view, Medium(width: 80, height: 14)) == """
        power                                                    127.0.0.1:8080, q quits
        no answer yet after 2.3 s

            1.0 ┤
                │
                │
                │
            0.5 ┤
                │
                │
                │
            0.0 ┤
                └┬──────────┬───────────┬───────────┬───────────┬───────────┬───────────
             09:59:00   09:59:10    09:59:20    09:59:30    09:59:40    09:59:50
        """)
  }

  @Test(arguments: 1...30) func nothingIsLargerThanTheTerminal(_ height: Int) {
    for width in [1, 5, 20, 40, 79] {
      let lines = view(missing: 12).lines(at: now, for: Medium(width: width, height: height))
      #expect(lines.count <= height)
      #expect(lines.allSatisfy { $0.columns <= max(width, 12) }, "\(width): \(lines)")
    }
  }

  @Test func whatIsWrongIsSaidBelowTheTitle() {
    var view = view(missing: 1200)
    let medium = Medium(isColoured: true, width: 80, height: 24)
    #expect(
      view.lines(at: now, for: medium)[1]
        == "\u{1b}[2m8.0 readings a second, the newest 0.0 ms old\u{1b}[0m  \u{1b}[33mabout 1200 readings missing\u{1b}[0m"
    )
    view.trouble = "no answer for 3.0 s: connection refused"
    #expect(
      view.lines(at: now, for: medium)[1]
        == "\u{1b}[31mno answer for 3.0 s: connection refused\u{1b}[0m")
  }

  @Test func aClockThatIsBehindOursHidesNothing() {
    var readings = LiveReadings(window: 60_000_000)
    let late = reading("power", 1, 3600)
    readings.take(.init(readings: [late]), ofType: "power", at: now)
    #expect(readings.period(at: now).upperBound == late.timestamp)
    #expect(readings.ofType("power", during: readings.period(at: now)) == [late])
  }

  @Test func whatIsTooOldIsForgotten() {
    var readings = LiveReadings(window: 10_000_000)
    readings.take(
      .init(readings: [reading("power", 1, 11), reading("power", 2, 9), reading("power", 3, 0)]),
      ofType: "power", at: now)
    #expect(readings.ofType("power", during: readings.period(at: now)).map(\.value) == [2, 3])
    #expect(readings.rate(ofType: "power", during: readings.period(at: now)) == 1.0 / 9)
  }
}
