import Signals
import SignalsAPI
import TestSupport
import Testing

@testable import SignalsCLI

/// Plots as SVG.
@Suite struct SVGDocumentTests {
  @Test func aPictureNeedsNothingBesidesItself() throws {
    let readings = try Plant.readings(
      of: "m<&>\u{1b}", type: "error", count: 2, every: 1_000_000
    ) { [42, 7][$0] }
    let chart = Chart(readings, ofType: "error", times: .utc)
    let picture = chart.svg(title: "error of \"<&>\"")
    #expect(
      picture == """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" width="960" height="200" viewBox="0 0 960 200" role="img" font-size="14" font-family="system-ui, 'DejaVu Sans', sans-serif" stroke-linecap="round" stroke-linejoin="round">
        <title>error of "&lt;&amp;&gt;"</title>
        <desc>2026-11-24 10:00:00 to 10:00:01 +00:00, 1.0 s</desc>
        <style>
        text { font-variant-numeric: tabular-nums; white-space: pre }
        .plain { color: #1f2328 }
        .faint { color: #59636e }
        .good { color: #1a7f37 }
        .warning { color: #9a6700 }
        .bad { color: #cf222e }
        .blue { color: #0969da }
        .magenta { color: #bf3989 }
        .cyan { color: #1b7c83 }
        .ground { color: #ffffff }
        @media (prefers-color-scheme: dark) {
        .plain { color: #e6edf3 }
        .faint { color: #9198a1 }
        .good { color: #3fb950 }
        .warning { color: #d29922 }
        .bad { color: #f85149 }
        .blue { color: #4493f8 }
        .magenta { color: #f778ba }
        .cyan { color: #39c5cf }
        .ground { color: #0d1117 }
        }
        </style>
        <rect class="ground" width="960" height="200" fill="currentColor"/>
        <text class="plain" x="24" y="32" text-anchor="start" font-size="18" font-weight="600" fill="currentColor">error of "&lt;&amp;&gt;"</text>
        <text class="faint" x="24" y="54" text-anchor="start" fill="currentColor">2026-11-24 10:00:00 to 10:00:01 +00:00, 1.0 s</text>
        <text class="plain" x="24" y="94" text-anchor="start" fill="currentColor">m&lt;&amp;&gt;\\u{1b}</text>
        <path class="faint" d="M77 89L936 89" fill="none" stroke="currentColor" stroke-width="0.3"/>
        <path class="bad" d="M73 85L81 93" fill="none" stroke="currentColor" stroke-width="2"/>
        <path class="bad" d="M73 93L81 85" fill="none" stroke="currentColor" stroke-width="2"/>
        <text class="bad" x="85" y="94" text-anchor="start" fill="currentColor">42</text>
        <path class="bad" d="M932 85L940 93" fill="none" stroke="currentColor" stroke-width="2"/>
        <path class="bad" d="M932 93L940 85" fill="none" stroke="currentColor" stroke-width="2"/>
        <text class="bad" x="944" y="94" text-anchor="start" fill="currentColor">7</text>
        <path class="faint" d="M77 112L936 112" fill="none" stroke="currentColor" stroke-width="1"/>
        <path class="faint" d="M77 112L77 117" fill="none" stroke="currentColor" stroke-width="1"/>
        <text class="faint" x="77" y="134" text-anchor="middle" fill="currentColor">10:00:00.0</text>
        <path class="faint" d="M248.8 112L248.8 117" fill="none" stroke="currentColor" stroke-width="1"/>
        <text class="faint" x="248.8" y="134" text-anchor="middle" fill="currentColor">10:00:00.2</text>
        <path class="faint" d="M420.6 112L420.6 117" fill="none" stroke="currentColor" stroke-width="1"/>
        <text class="faint" x="420.6" y="134" text-anchor="middle" fill="currentColor">10:00:00.4</text>
        <path class="faint" d="M592.4 112L592.4 117" fill="none" stroke="currentColor" stroke-width="1"/>
        <text class="faint" x="592.4" y="134" text-anchor="middle" fill="currentColor">10:00:00.6</text>
        <path class="faint" d="M764.2 112L764.2 117" fill="none" stroke="currentColor" stroke-width="1"/>
        <text class="faint" x="764.2" y="134" text-anchor="middle" fill="currentColor">10:00:00.8</text>
        <path class="faint" d="M936 112L936 117" fill="none" stroke="currentColor" stroke-width="1"/>
        <text class="faint" x="917" y="134" text-anchor="middle" fill="currentColor">10:00:01.0</text>
        <text class="faint" x="24" y="166" text-anchor="start" fill="currentColor">machine</text>
        <text class="plain" x="24" y="188" text-anchor="start" fill="currentColor">m&lt;&amp;&gt;\\u{1b}</text>
        <text class="faint" x="185.6" y="166" text-anchor="end" fill="currentColor">errors</text>
        <text class="plain" x="185.6" y="188" text-anchor="end" fill="currentColor">2</text>
        <text class="faint" x="209.6" y="166" text-anchor="start" fill="currentColor">most often</text>
        <text class="faint" x="371.2" y="166" text-anchor="end" fill="currentColor">newest</text>
        <text class="bad" x="371.2" y="188" text-anchor="end" fill="currentColor">7</text>
        <text class="faint" x="395.2" y="166" text-anchor="start" fill="currentColor">time</text>
        <text class="plain" x="395.2" y="188" text-anchor="start" fill="currentColor">2026-11-24 10:00:01.000000 +00:00</text>
        </svg>

        """)
  }

  @Test func machinesAreLinesAndStatesAreAreas() throws {
    let power = Chart(try Plant.wave() + Plant.slope(), ofType: "power", times: .utc)
    let lines = power.svg(title: "power (W)")
    #expect(lines.contains(#"<path class="cyan" d="M"#))
    #expect(lines.contains(#"<path class="magenta" d="M"#))
    #expect(lines.contains(">━ machine-2</text>"))
    let states = Chart(try Plant.states(), ofType: "state_change", times: .utc)
    let areas = states.svg(title: "state_change")
    #expect(areas.contains("<title>working, 4.0 s</title></rect>"))
    #expect(areas.contains(">stopped</text>"))
  }

  @Test func aFileHoldsThePicture() throws {
    let server = try CannedResponses.server()
    let scratch = try TemporaryDirectory()
    let file = scratch.file("power.svg")
    let outcome = try signals(["plot", "power", "--utc", "--svg", file], url: server.url)
    #expect(outcome.output == "")
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    let picture = String(decoding: try scratch.read("power.svg"), as: UTF8.self)
    #expect(picture.hasPrefix("<?xml "))
    #expect(picture.hasSuffix("</svg>\n"))
    #expect(
      picture.contains("<title>power (W), the newest 2 readings of 2 machines</title>"))
    let piped = try signals(["plot", "power", "--utc", "--svg", "-"], url: server.url)
    #expect(piped.output == picture)
  }

  @Test(arguments: [
    ("/dev/full", "No space left on device"), ("/nonexistent/x.svg", "No such file or directory"),
  ])
  func aPictureThatCannotBeWrittenIsAFailure(_ file: String, _ reason: String) throws {
    let server = try CannedResponses.server()
    let outcome = try signals(["plot", "power", "--svg", file], url: server.url)
    #expect(outcome.errors == "signals-cli: cannot write \(file): \(reason)\n")
    #expect(outcome.status == 1)
  }

  @Test func withoutReadingsThereIsNoPicture() throws {
    let server = try CannedResponses.server(.body("[]"))
    let scratch = try TemporaryDirectory()
    let file = scratch.file("power.svg")
    let outcome = try signals(["plot", "power", "--svg", file], url: server.url)
    #expect(outcome.errors == "signals-cli: no readings of power yet, no image written\n")
    #expect(outcome.status == 1)
    #expect(!scratch.has("power.svg"))
  }

  @Test func aPictureHasNoColumns() throws {
    let outcome = try signals(["plot", "power", "--svg", "x.svg", "--width", "80"])
    #expect(outcome.errors.contains("cannot be combined with '--svg'."))
    #expect(outcome.status == 64)
  }
}
