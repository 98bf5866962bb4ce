import SignalsAPI
import Testing
import Time

@testable import SignalsCLI

private typealias Reading = SignalsCLI.Reading

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

  /// A minute of two machines; one of them stops for a while.
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
    // Half a minute.
    let gap = missing.map {
      ReadingFollower.Gap(after: now + -60_000_000, before: now + -30_000_000, estimate: $0)
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

  private func text(_ view: LiveView, _ output: OutputTarget) -> String {
    view.lines(at: now, for: output).joined(separator: "\n")
  }

  @Test func eightyColumns() {
    #expect(
      text(view(), OutputTarget(width: 80, height: 24)) == """
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
      text(view(), OutputTarget(width: 132, height: 30)) == """
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
      text(view(), OutputTarget(width: 80, height: 20, isUnicode: false)) == """
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
      text(view, OutputTarget(width: 80, height: 14)) == """
        power                                                    127.0.0.1:8080, q quits
        no response after 2.3 s

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
      let lines = view(missing: 12).lines(at: now, for: OutputTarget(width: width, height: height))
      #expect(lines.count <= height)
      #expect(lines.allSatisfy { $0.columns <= max(width, 12) }, "\(width): \(lines)")
    }
  }

  @Test func whatIsWrongIsSaidBelowTheTitle() {
    var view = view(missing: 1200)
    let output = OutputTarget(isColoured: true, width: 80, height: 24)
    #expect(
      view.lines(at: now, for: output)[1]
        == "\u{1b}[2m8.0 readings a second, the newest 0.0 ms old\u{1b}[0m  \u{1b}[33m50% not shown\u{1b}[0m"
    )
    view.trouble = "no response for 3.0 s: connection refused"
    #expect(
      view.lines(at: now, for: output)[1]
        == "\u{1b}[31mno response for 3.0 s: connection refused\u{1b}[0m")
  }

  @Test func aClockThatIsBehindOursHidesNothing() {
    var readings = LiveReadings(window: 60_000_000)
    let late = reading("power", 1, 3600)
    let date = now.microseconds / 1_000_000 - 3600
    readings.take(.init(readings: [late]), ofType: "power", at: now, date)
    #expect(readings.period(at: now).upperBound == late.timestamp)
    #expect(
      readings.series(ofType: "power", during: readings.period(at: now)).map(\.readings) == [[late]]
    )
  }

  @Test func whatIsTooOldIsForgotten() {
    var readings = LiveReadings(window: 10_000_000)
    readings.take(
      .init(readings: [reading("power", 1, 11), reading("power", 2, 9), reading("power", 3, 0)]),
      ofType: "power", at: now)
    let series = readings.series(ofType: "power", during: readings.period(at: now))
    #expect(series.flatMap(\.readings).map(\.value) == [2, 3])
    #expect(readings.rate(ofType: "power") == 1.0 / 9)
  }

  // MARK: Silence

  /// The oldest first.
  private func run(
    _ type: String, _ count: Int, every step: Double = 0.01, until ago: Double = 0,
    _ machine: String = "machine-1"
  ) -> [Reading] {
    (0..<count).reversed().map { reading(type, 1, ago + Double($0) * step, machine) }
  }

  /// A plant that was stopped two minutes before the view starts.
  @Test func aPlantThatStandsStillDoesNotLookAlive() throws {
    var view = LiveView(
      name: "power", type: "power", server: "127.0.0.1:8080", times: .utc, unit: "W",
      readings: LiveReadings(window: 60_000_000))
    let power = run("power", 1000, until: 112)
    let states = run("state_change", 20, every: 3, until: 113)
    view.readings.take(.init(readings: power), ofType: "power", at: now)
    view.readings.take(.init(readings: states), ofType: "state_change", at: now)
    let lines = view.lines(at: now, for: OutputTarget(width: 80, height: 24))
    #expect(lines[1] == "no reading for 1 min 52 s")
    #expect(lines.last == "machine-1 ┤ silent")
    #expect(!lines.contains { $0.contains("working") })
  }

  @Test func aMachineThatWasTakenAwayEndsWhereItsReadingsEnd() {
    var view = LiveView(
      name: "state_change", type: "state_change", server: "s", times: .utc,
      readings: LiveReadings(window: 60_000_000))
    let states =
      run("state_change", 30, every: 2)
      + [reading("state_change", 1, 40, "machine-2"), reading("state_change", 1, 300, "machine-3")]
    let power =
      run("power", 100) + run("power", 100, until: 30, "machine-2")
      + run("power", 100, until: 240, "machine-3")
    let sorted = power.sorted { $0.timestamp < $1.timestamp }
    view.readings.take(
      .init(readings: states.sorted { $0.timestamp < $1.timestamp }), ofType: "state_change",
      at: now)
    view.readings.take(.init(readings: sorted), ofType: "power", isShown: false, at: now)
    #expect(
      text(view, OutputTarget(width: 80, height: 16)) == """
        state_change                                                          s, q quits
        0.52 readings a second, the newest 0.0 ms old

        machine-1 ┤  █████████████████████████████ working █████████████████████████████
        machine-2 ┤                       █ working ██ silent
        machine-3 ┤ silent
                  └┬──────────┬───────────┬──────────┬───────────┬──────────┬───────────
               09:59:00   09:59:10    09:59:20   09:59:30    09:59:40   09:59:50

        machine    █ working  ░ stopped  readings  newest   silent
        machine-1    100.0 %      0.0 %        30  working
        machine-2    100.0 %      0.0 %         1  working  30 s
        machine-3                               1  working  4 min
        """)
  }

  @Test func aRateIsOfNow() {
    var readings = LiveReadings(window: 60_000_000)
    // 100 per second, and 10 per second for the last ten seconds.
    let fast = run("power", 900, until: 10)
    let slow = run("power", 100, every: 0.1)
    readings.take(.init(readings: fast), ofType: "power", at: now + -10_000_000)
    readings.take(.init(readings: slow), ofType: "power", at: now)
    #expect(readings.rate(ofType: "power").map { $0.fixed(1) } == "10.0")
  }

  /// 50 machines at 100 Hz: every half second the newest 1000 readings, which cover a fifth of a second.
  @Test func aRateIsTrueThoughMostWasNotSeen() {
    var readings = LiveReadings(window: 60_000_000)
    var follower = ReadingFollower(limit: FollowedType.limit, first: FollowedType.limit)
    for half in 0..<20 {
      let end = now + Int64(half) * 500_000
      let answer = (0..<20).flatMap { tick in
        (1...50).map { machine in
          let time = end + -Int64(tick) * 10_000
          return Reading(
            id: time.microseconds * 100 + Int64(machine), type: "power", value: 1, timestamp: time,
            machine: "machine-\(machine)")
        }
      }
      readings.take(follower.take(answer), ofType: "power", at: end)
    }
    let period = readings.period(at: now + 9_500_000)
    #expect(readings.rate(ofType: "power").map { $0.fixed(0) } == "5000")
    #expect((readings.unseen(ofType: "power", during: period) * 100).fixed(0) == "61")
    #expect(readings.series(ofType: "power", during: period).allSatisfy { !$0.isSilent })
  }

  @Test func aReadingFromTomorrowIsNoSignOfLife() {
    var readings = LiveReadings(window: 60_000_000)
    let past = run("power", 100, until: 120)
    readings.take(
      .init(readings: past + [reading("power", 1, -72_000)]), ofType: "power", at: now)
    #expect(readings.isSilent("power", at: readings.period(at: now).upperBound))
    #expect(readings.lead(at: now) == 72_000_000_000)
    #expect(readings.lead(at: now + 71_999_000_000) == nil)
  }

  @Test func thoseThatHaveNoRoomAreCounted() {
    var view = LiveView(
      name: "power", type: "power", server: "s", times: .utc,
      readings: LiveReadings(window: 60_000_000))
    for type in ["power", "state_change"] {
      let all = (0..<60).reversed().flatMap { second in
        (1...8).map { reading(type, 1, Double(second), "machine-\($0)") }
      }
      view.readings.take(.init(readings: all), ofType: type, at: now)
    }
    let lines = view.lines(at: now, for: OutputTarget(width: 80, height: 30))
    #expect(lines.count { $0.hasPrefix("machine-") && $0.contains("┤") } == 5)
    #expect(lines.contains("and 3 more"))
    #expect(lines.count { $0.contains("  1.0000") } == 6)
    #expect(lines.contains("and 2 more"))
    #expect(!view.lines(at: now, for: OutputTarget(width: 80, height: 90)).contains("and 3 more"))
  }
}
