import Foundation
import Server
import Testing
import Time

@Suite struct JSONWriterTests {
  private func json(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func nestedValuesAreSeparatedByCommas() {
    let text = json {
      $0.object {
        $0.key("a")
        $0.array {
          $0.integer(1)
          $0.object { _ in }
          $0.array { _ in }
        }
        $0.key("b")
        $0.null()
        $0.key("c")
        $0.boolean(true)
        $0.key("d")
        $0.timestamp(Timestamp(microseconds: 1))
      }
    }
    #expect(text == #"{"a":[1,{},[]],"b":null,"c":true,"d":"1970-01-01T00:00:00.000001Z"}"#)
  }

  @Test(
    arguments: [
      (231.5, "231.5"), (1, "1"), (0, "0"), (-0.5, "-0.5"), (1e15, "1000000000000000"),
      (1e300, "1e+300"), (0.1 + 0.2, "0.30000000000000004"), (.leastNonzeroMagnitude, "5e-324"),
      (-9_223_372_036_854_775_808, "-9.223372036854776e+18"), (.nan, "null"), (.infinity, "null"),
    ] as [(Double, String)])
  func aNumberIsTheShortestThatIsReadBackAsTheSame(value: Double, text: String) {
    #expect(json { $0.number(value) } == text)
  }

  @Test func anIDThatReadersWouldRoundIsText() {
    #expect(json { $0.id(9_007_199_254_740_991) } == "9007199254740991")
    #expect(json { $0.id(9_007_199_254_740_993) } == "\"9007199254740993\"")
    #expect(json { $0.id(.min) } == "\"-9223372036854775808\"")
  }

  @Test func anyTextIsReadBackAsTheSameByAnotherParser() throws {
    let texts = [
      "plain", "quote \" backslash \\ slash /", "\u{0}\u{1}\n\r\t\u{1f}", "grüße 🚀", "\u{2028}",
    ]
    let text = json { writer in writer.array { array in for text in texts { array.string(text) } } }
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String]
    #expect(parsed == texts)
  }
}
