import Testing

@testable import SignalsCLI

@Suite struct WaitIndicatorTests {
  @Test func itSaysForWhatAndHowLong() {
    let output = OutputTarget(width: 80)
    #expect(WaitIndicator.line("a:80", after: .milliseconds(500), output) == "⠴ waiting for a:80")
    #expect(WaitIndicator.line("a:80", after: .seconds(3), output) == "⠋ waiting for a:80, 3 s")
    #expect(
      WaitIndicator.line("a\u{1b}", after: .seconds(1), OutputTarget(width: 80, isUnicode: false))
        == #"- waiting for a\u{1b}, 1 s"#)
  }

  @Test func onlyATerminalIsToldAboutIt() {
    #expect(WaitIndicator(waitingFor: "a:80", on: .plain) == nil)
  }
}
