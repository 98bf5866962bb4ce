import SignalsAPI
import TestSupport
import Testing
import Time

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
      table.text(for: OutputTarget(isColoured: true, width: 80))
        == "\u{1b}[2mcode\u{1b}[0m\n   \u{1b}[31m7\u{1b}[0m\n")
  }

  @Test func theLastColumnIsBrokenWhereTheTerminalEnds() {
    let table = Table(
      [.init("type"), .init("description", .wrapped)],
      rows: [["power", "Electrical power that the machine draws"], ["error", "Its code"]])
    #expect(
      table.text(for: OutputTarget(width: 30)) == """
        type   description
        power  Electrical power that
               the machine draws
        error  Its code

        """)
  }

  @Test func aFileGetsLinesAsLongAsTheyAre() {
    let table = Table(
      [.init("type"), .init("description", .wrapped)],
      rows: [["power", "Electrical power that the machine draws"]])
    #expect(
      table.text(for: .plain) == """
        type   description
        power  Electrical power that the machine draws

        """)
  }

  @Test func aLongWordIsBrokenAsWell() {
    let word = String(repeating: "x", count: 40)
    let table = Table([.init("a", .wrapped)], rows: [["one \(word) two"]])
    #expect(
      table.text(for: OutputTarget(width: 24)) == """
        a
        one
        xxxxxxxxxxxxxxxxxxxxxxxx
        xxxxxxxxxxxxxxxx two

        """)
  }

  @Test func theWidestTextIsShortenedToFit() {
    let table = Table(
      [.init("id", .trailing), .init("time"), .init("machine"), .init("value", .decimal)],
      rows: [
        ["1", "2026-11-24 10:00:00", "a machine with a name", "231.5"], ["22", "", "m", "98"],
      ])
    #expect(
      table.text(for: OutputTarget(width: 40)) == """
        id  time           machine         value
         1  2026-11-24 1…  a machine wit…  231.5
        22                 m                98

        """)
  }

  /// First today's date goes, then the id, then parts of the time; never all of it.
  @Test func timesGetShorterAndStayTimes() {
    let now = Timestamp.now
    let table = Table(
      readings: [
        .init(id: 4711, type: "power", value: 231.5, timestamp: now, machine: "machine-1")
      ], unit: nil, times: .utc)
    let clock = TimeStyle.utc.text(now).dropFirst(11)
    func time(_ width: Int) -> String {
      let line = table.text(for: OutputTarget(width: width)).split(separator: "\n")[1]
      return line.split(separator: "machine-1")[0].split(separator: " ").joined(separator: " ")
    }
    #expect(time(80) == "4711 \(TimeStyle.utc.text(now))")
    #expect(time(56) == "4711 \(clock)")
    #expect(time(45) == "\(clock)")
    #expect(time(39) == "\(clock.prefix(15))")
    #expect(time(32) == "\(clock.prefix(12))")
    #expect(time(29) == "\(clock.prefix(8))")
    #expect(table.text(for: OutputTarget(width: 20)).contains("\(clock.prefix(8))"))
    #expect(table.text(for: .plain).contains("4711  \(TimeStyle.utc.text(now))"))
  }

  @Test func aTimeOfAnotherDayKeepsItsDay() throws {
    let time = try #require(Timestamp("2020-02-29T10:00:00.123456Z"))
    #expect(
      TimeStyle.utc.forms(time) == [
        "2020-02-29 10:00:00.123456 +00:00", "02-29 10:00:00.123456 +00:00",
        "02-29 10:00:00.123456", "02-29 10:00:00.123", "02-29 10:00:00",
      ])
  }

  @Test func whatCannotBeShortenedIsCut() {
    let table = Table(
      [.init("id", .trailing), .init("machine"), .init("value", .decimal)],
      rows: [["1", "a machine", "231.5"], ["22", "機械機械機械", "98"]])
    #expect(
      table.text(for: OutputTarget(width: 17)) == """
        id  machine   va…
         1  a machi…  23…
        22  機械機…   98

        """)
    #expect(
      table.text(for: OutputTarget(width: 17, isUnicode: false)).hasPrefix("id  machine   va~\n"))
    #expect(table.text(for: OutputTarget(width: 1)) == "…\n\n…\n")
  }

  @Test func noLineIsWiderThanTheTerminal() {
    var random = SeededGenerator(seed: 7)
    let alphabet = ["a", "機", "e\u{301}", "😀", ".", "1", " ", "\u{1b}", "\u{202e}"]
    func text() -> String {
      (0..<Int.random(in: 0...30, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      .joined()
    }
    for _ in 0..<500 {
      let alignments: [Table.Alignment] = [.leading, .trailing, .decimal, .wrapped]
      let columns = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        Table.Column(text(), alignments.randomElement(using: &random)!)
      }
      let table = Table(
        columns, rows: (0..<3).map { _ in columns.map { _ in Table.Cell(text()) } })
      let width = Int.random(in: 1...100, using: &random)
      for line in table.text(for: OutputTarget(width: width)).split(separator: "\n") {
        #expect(String(line).columns <= width)
      }
    }
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
