import Testing

@testable import SignalsCLI

@Suite struct OutputTargetTests {
  @Test(arguments: [
    (true, ["TERM": "xterm"], true), (true, [:], false), (true, ["TERM": "dumb"], false),
    (true, ["TERM": "xterm", "NO_COLOR": "1"], false), (false, ["TERM": "xterm"], false),
    (false, ["CLICOLOR_FORCE": "1"], true), (false, ["CLICOLOR_FORCE": "0"], false),
    (true, ["TERM": "dumb", "CLICOLOR_FORCE": "1"], true),
    (false, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
  ])
  func colourIsForThoseWhoWantIt(
    _ isTerminal: Bool, _ environment: [String: String], _ isColoured: Bool
  ) {
    #expect(OutputTarget.isColoured(isTerminal: isTerminal) { environment[$0] } == isColoured)
  }

  @Test(arguments: [
    (["LANG": "de_DE.UTF-8"], true), (["LANG": "C.utf8"], true), (["LANG": "C"], false),
    ([:], false),
    (["LC_ALL": "POSIX", "LANG": "C.UTF-8"], false),
    (["LC_CTYPE": "en_GB.UTF-8", "LANG": "C"], true),
    (["LC_ALL": "de_DE.ISO-8859-1", "LC_CTYPE": "de_DE.UTF-8"], false),
    (["LANG": "de_DE.UTF-8@euro"], true), (["LANG": "UTF-8"], false),
  ])
  func theLocaleSaysWhatCanBeShown(_ environment: [String: String], _ isUnicode: Bool) {
    #expect(OutputTarget.isUnicode { environment[$0] } == isUnicode)
  }
}
