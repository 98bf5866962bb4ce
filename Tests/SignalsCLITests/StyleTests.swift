import Foundation
import Testing

@testable import SignalsCLI

@Suite struct StyleTests {
  /// The components, 0 to 1, of one of xterm's colours 16 to 231.
  private func parts(_ index: UInt8) -> [Double] {
    let levels: [Double] = [0, 95, 135, 175, 215, 255]
    let number = Int(index) - 16
    return [number / 36, number / 6 % 6, number % 6].map { levels[$0] / 255 }
  }

  /// The definition of WCAG 2.2.
  private func luminance(_ parts: [Double]) -> Double {
    let linear = parts.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  /// One colour can have at most 4.58 on both; large text requires 3.
  @Test(arguments: Style.allCases)
  func aColourCanBeReadOnBlackAndOnWhite(_ style: Style) {
    guard let index = style.paletteIndex else { return }
    let luminance = luminance(parts(index))
    #expect(1.05 / (luminance + 0.05) > 3.5)
    #expect((luminance + 0.05) / 0.05 > 3.5)
  }

  @Test func aTerminalWithFewColoursGetsItsOwn() {
    var output = OutputTarget(isColoured: true)
    #expect(Style.warning.applied(to: "a", for: output) == "\u{1b}[33ma\u{1b}[0m")
    output.hasPalette = true
    #expect(Style.warning.applied(to: "a", for: output) == "\u{1b}[38;5;166ma\u{1b}[0m")
    #expect(Style.faint.applied(to: "a", for: output) == "\u{1b}[2ma\u{1b}[0m")
    #expect(Style.plain.applied(to: "a", for: output) == "a")
    output.isColoured = false
    #expect(Style.bad.applied(to: "a", for: output) == "a")
  }

  @Test(arguments: [
    (["TERM": "xterm-256color"], true), (["TERM": "tmux-256color"], true),
    (["TERM": "xterm"], false),
    (["TERM": "xterm-kitty", "COLORTERM": "truecolor"], true), (["TERM": "linux"], false),
    ([:], false),
  ])
  func theEnvironmentSaysWhatThereIs(_ environment: [String: String], _ hasPalette: Bool) {
    #expect(OutputTarget.hasPalette { environment[$0] } == hasPalette)
  }
}
