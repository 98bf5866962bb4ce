import Testing

@testable import SignalsCLI

@Suite struct ProgressTests {
  @Test func itSaysForWhatAndHowLong() {
    let medium = Medium(width: 80)
    #expect(Progress.line("a:80", after: .milliseconds(500), medium) == "⠴ waiting for a:80")
    #expect(Progress.line("a:80", after: .seconds(3), medium) == "⠋ waiting for a:80, 3 s")
    #expect(
      Progress.line("a\u{1b}", after: .seconds(1), Medium(width: 80, isUnicode: false))
        == #"- waiting for a\u{1b}, 1 s"#)
  }

  @Test func onlyATerminalIsToldAboutIt() {
    #expect(Progress(waitingFor: "a:80", on: .plain) == nil)
  }
}
