import Testing

@testable import SignalsCLI

@Suite struct TableTests {
  @Test func numbersStandUnderEachOtherAtTheirPoints() {
    let table = Table(
      [.init("id", .trailing), .init("name"), .init("value (W)", .decimal), .init("note")],
      rows: [
        ["1", "a", "231.5", "x"], ["22", "longer", "98", ""], ["333", "", "1002.125", "y"],
        ["4444", "b", "-0.25", "z"],
      ])
    #expect(
      table.text(for: .plain) == """
          id  name    value (W)  note
           1  a         231.5    x
          22  longer     98
         333           1002.125  y
        4444  b          -0.25   z

        """)
  }

  @Test func aWideTitleKeepsNumbersAtItsEnd() {
    let table = Table([.init("value (1/min)", .decimal)], rows: [["1.5"], ["20"]])
    #expect(
      table.text(for: .plain) == """
        value (1/min)
                  1.5
                 20

        """)
  }

  @Test func onlyATerminalGetsColour() {
    let table = Table([.init("code", .trailing)], rows: [[.init("7", .bad)]])
    #expect(table.text(for: .plain) == "code\n   7\n")
    #expect(
      table.text(for: Medium(isColoured: true, width: 80))
        == "\u{1b}[2mcode\u{1b}[0m\n   \u{1b}[31m7\u{1b}[0m\n")
  }

  @Test func theLastColumnIsBrokenWhereTheTerminalEnds() {
    let table = Table(
      [.init("type"), .init("description", .wrapped)],
      rows: [["power", "Electrical power that the machine draws"], ["error", "Its code"]])
    #expect(
      table.text(for: Medium(width: 30)) == """
        type   description
        power  Electrical power that
               the machine draws
        error  Its code

        """)
  }

  @Test func aFileOrATinyTerminalGetsLinesAsLongAsTheyAre() {
    let table = Table(
      [.init("type"), .init("description", .wrapped)],
      rows: [["power", "Electrical power that the machine draws"]])
    let whole = """
      type   description
      power  Electrical power that the machine draws

      """
    #expect(table.text(for: .plain) == whole)
    #expect(table.text(for: Medium(width: 12)) == whole)
  }

  @Test func aLongWordIsNotBroken() {
    let word = String(repeating: "x", count: 40)
    let table = Table([.init("a", .wrapped)], rows: [["one \(word) two"]])
    #expect(table.text(for: Medium(width: 24)) == "a\none\n\(word)\ntwo\n")
  }

  @Test func propertiesHaveNoTitles() {
    let table = Table(properties: [(name: "state", value: "running"), (name: "seed", value: "1")])
    #expect(table.text(for: .plain) == "state  running\nseed   1\n")
  }

  @Test func wideCharactersTakeTwoColumnsAndMarksNone() {
    let table = Table(
      [.init("machine"), .init("n")], rows: [["機械", "1"], ["e\u{301}", "2"], ["säge", "3"]])
    #expect(
      table.text(for: .plain) == """
        machine  n
        機械     1
        e\u{301}        2
        säge     3

        """)
  }

  @Test(arguments: [
    ("\u{1b}[31mred", #"\u{1b}[31mred"#), ("a\nb\tc\r", #"a\nb\tc\r"#), ("\u{7f}", #"\u{7f}"#),
    ("\u{9b}31m", #"\u{9b}31m"#), ("a\u{202e}b", #"a\u{202e}b"#), ("\u{2028}", #"\u{2028}"#),
    ("\0", #"\u{0}"#), ("Säge 機械 😀", "Säge 機械 😀"), ("\r\n", #"\r\n"#),
  ])
  func whatSteersATerminalIsEscaped(_ text: String, _ shown: String) {
    #expect(text.printable == shown)
    #expect(Table.Cell(text).text == shown)
  }
}
