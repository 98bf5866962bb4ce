import TestSupport
import Testing

@testable import SignalsCLI

/// Messages wrapped on a narrow terminal.
@Suite struct ParagraphTests {
  private let failure = Failure(
    .failed, "GET http://a/signals/power: 503 Service Unavailable: the database does not answer",
    advice: "again in 5 s, or a longer --timeout")

  @Test func itIsBrokenAtWords() {
    #expect(
      failure.text(for: OutputTarget(width: 40)) == """
        signals-cli: GET http://a/signals/power:
            503 Service Unavailable: the
            database does not answer
          try: again in 5 s, or a longer
            --timeout

        """)
  }

  @Test func aLogHasItInOneLine() {
    #expect(
      failure.text(for: .plain) == """
        signals-cli: GET http://a/signals/power: 503 Service Unavailable: the database does not answer
          try: again in 5 s, or a longer --timeout

        """)
  }

  @Test func aWordThatIsTooLongStaysWhole() {
    let text = "see http://127.0.0.1:8080/signals/power for it"
    #expect(
      text.paragraph(after: "", for: OutputTarget(width: 20))
        == "see\n    http://127.0.0.1:8080/signals/power\n    for it\n")
    #expect(
      "a b".paragraph(after: "signals-cli: ", for: OutputTarget(width: 1))
        == "signals-cli: a\n    b\n")
  }

  @Test func whatIsInParenthesesStaysTogetherWhereItFits() {
    let text = "no answer (request 5f3a9c), yet"
    #expect(
      text.paragraph(after: "", for: OutputTarget(width: 22))
        == "no answer\n    (request 5f3a9c),\n    yet\n")
    #expect(
      text.paragraph(after: "", for: OutputTarget(width: 20))
        == "no answer (request\n    5f3a9c), yet\n")
  }

  @Test func eachLineHasItsColour() {
    #expect(
      "one two".paragraph(after: "x: ", .bad, for: OutputTarget(isColoured: true, width: 7))
        == "x: \u{1b}[31mone\u{1b}[0m\n    \u{1b}[31mtwo\u{1b}[0m\n")
  }

  @Test func theProgramBreaksThemOnATerminal() throws {
    let server = try CannedResponses.server(
      CannedResponses.problem("400 Bad Request", "limit takes 1 to 1000, and it has to be a number")
    )
    let outcome = try signalsInTerminal("get power --limit 5000", url: server.url, width: 60)
    #expect(
      outcome.output == """
        signals-cli: GET
            \(server.url)/signals/power?limit=5000: 400 Bad
            Request: limit takes 1 to 1000, and it has to be a
            number (request 5f3a9c)

        """)
    #expect(outcome.status == 1)
  }

  @Test func aWrongCommandLineIsToldInTheSameWay() throws {
    let outcome = try signalsInTerminal("producer set", url: "http://localhost", width: 60)
    #expect(
      outcome.output == """
        signals-cli: Nothing to set: specify --machines, --seed,
            --power-hz, --state-change-seconds or --error-seconds.
        Usage: signals-cli producer set <options>
          See 'signals-cli producer set --help' for more
            information.

        """)
    #expect(outcome.status == 64)
  }
}
