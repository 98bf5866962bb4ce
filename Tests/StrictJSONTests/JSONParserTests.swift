import Testing

@testable import StrictJSON

/// Texts that are JSON by RFC 8259, and texts that other readers take for it.
@Suite struct JSONParserTests {
  @Test(arguments: [
    ("null", "null"), (" \t\r\n true ", "true"), ("\u{FEFF}false", "false"), ("{}", "{}"),
    ("[ ]", "[]"), (#"{"":0}"#, #"{"":0}"#), (#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#, nil),
    (#"{"a":"{\"a\":","b":"a"}"#, nil), (#"[1,[2,[3,{"a":[]}]]]"#, nil),
    ("0", "0"), ("-0", "-0"), ("-0.0e-0", "-0.0e-0"), ("1E+2", "1E+2"), ("123.456e78", nil),
    ("1e999", nil), ("99999999999999999999", nil), ("0.1e1", nil),
    (#""\u0061\ud834\udd1e\/\b\f\n\r\t\"\\""#, #""a𝄞/\u0008\u000c\u000a\u000d\u0009\"\\""#),
    (#""é\u00e9ß漢🎉""#, #""ééß漢🎉""#), (#""\u0000""#, #""\u0000""#), ("\"\u{7F}\"", #""\u007f""#),
    (#""\u202e\u2028\ufeff\u200b""#, #""\u202e\u2028\ufeff\u200b""#),
    // Letters that a string counts as equal are other names.
    ("{\"\u{E9}\":1,\"e\u{301}\":2}", nil), ("{\"K\":1,\"\u{212A}\":2}", nil),
  ])
  func jsonIsRead(_ json: String, _ again: String?) throws {
    #expect(try JSONValue(parsing: Array(json.utf8)).description == again ?? json)
  }

  @Test(arguments: [
    ("", 1, 1, "expected a value (got end of input)"),
    (" \n ", 2, 2, "expected a value (got end of input)"),
    ("{", 1, 2, "expected a quoted member name (got end of input)"),
    (#"{"a":1,}"#, 1, 8, #"expected a quoted member name (got "}")"#),
    (#"{,"a":1}"#, 1, 2, #"expected a quoted member name (got ",")"#),
    ("{a:1}", 1, 2, #"expected a quoted member name (got "a")"#),
    ("{'a':1}", 1, 2, #"expected a quoted member name (got "'")"#),
    (#"{"a" 1}"#, 1, 6, #"expected ":" (got "1")"#),
    (#"{"a":}"#, 1, 6, #"expected a value (got "}")"#),
    (#"{"a":1 "b":2}"#, 1, 8, #"expected "," or "}" (got '"')"#),
    ("[1,]", 1, 4, #"expected a value (got "]")"#),
    ("[1,,2]", 1, 4, #"expected a value (got ",")"#),
    ("[1\n,2}", 2, 3, #"expected "," or "]" (got "}")"#),
    ("[1", 1, 3, #"expected "," or "]" (got end of input)"#),
    ("]", 1, 1, #"expected a value (got "]")"#),
    ("{} {}", 1, 4, #"expected end of input (got "{")"#),
    ("nul", 1, 1, #"expected a value (got "n")"#), ("True", 1, 1, #"expected a value (got "T")"#),
    ("NaN", 1, 1, #"expected a value (got "N")"#),
    ("-Infinity", 1, 2, #"expected a digit (got "I")"#),
    ("+1", 1, 1, #"expected a value (got "+")"#), ("01", 1, 2, #"expected end of input (got "1")"#),
    ("-01", 1, 3, #"expected end of input (got "1")"#),
    ("1.", 1, 3, "expected a digit (got end of input)"),
    (".5", 1, 1, #"expected a value (got ".")"#),
    ("1e", 1, 3, "expected a digit (got end of input)"),
    ("1e+", 1, 4, "expected a digit (got end of input)"),
    ("-", 1, 2, "expected a digit (got end of input)"),
    ("0x10", 1, 2, #"expected end of input (got "x")"#),
    ("1_000", 1, 2, #"expected end of input (got "_")"#),
    ("１", 1, 1, #"expected a value (got "１")"#),
    ("1\u{A0}", 1, 2, "expected end of input (got \"\u{A0}\")"),
    ("1 // one", 1, 3, #"expected end of input (got "/")"#),
    ("/* */1", 1, 1, #"expected a value (got "/")"#),
    (#""a"#, 1, 1, "unterminated string"),
    (#""a\"#, 1, 3, "invalid escape in string"),
    (#""\x41""#, 1, 2, "invalid escape in string"),
    (#""\u00G0""#, 1, 2, "invalid escape in string"),
    (#""\u004""#, 1, 2, "invalid escape in string"),
    (#""\ud834""#, 1, 2, "unpaired surrogate in string"),
    (#""\udd1e\ud834""#, 1, 2, "unpaired surrogate in string"),
    (#""\ud834\u0061""#, 1, 2, "unpaired surrogate in string"),
    ("\"é\ttab\"", 1, 3, "unescaped control character in string"),
    ("\"line\nbreak\"", 1, 6, "unescaped control character in string"),
    ("\u{1B}[2J", 1, 1, #"expected a value (got "\u001b")"#),
    ("1\0", 1, 2, #"expected end of input (got "\u0000")"#),
    (String(repeating: "[", count: 129), 1, 129, "nested deeper than 128 levels"),
    (String(repeating: #"{"a":"#, count: 129), 1, 641, "nested deeper than 128 levels"),
  ])
  func whatIsNoJSONIsRefusedWithItsPlace(_ json: String, _ line: Int, _ column: Int, _ what: String)
    throws
  {
    let error = try #require(throws: InvalidJSON.self) { try JSONValue(parsing: Array(json.utf8)) }
    #expect("\(error)" == "not valid JSON: line \(line), column \(column): \(what)")
    #expect(!error.isDuplicateMember)
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], "line 1, column 1: string is not valid UTF-8"),
      ([0x22, 0xC0, 0x80, 0x22], "line 1, column 1: string is not valid UTF-8"),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], "line 1, column 1: string is not valid UTF-8"),
      ([0xFF, 0xFE, 0x31, 0x00], "line 1, column 1: expected a value (got byte 0xff)"),
      ([0x00, 0x31], #"line 1, column 1: expected a value (got "\u0000")"#),
      ([0x31, 0x80], "line 1, column 2: expected end of input (got byte 0x80)"),
    ] as [([UInt8], String)])
  func whatIsNotUTF8IsRefused(_ bytes: [UInt8], _ what: String) throws {
    let error = try #require(throws: InvalidJSON.self) { try JSONValue(parsing: bytes) }
    #expect("\(error)" == "not valid JSON: \(what)")
  }

  @Test(arguments: [
    (#"{"a":1,"a":1}"#, "a"), (#"{"a":1,"\u0061":2}"#, "a"),
    (#"{"x":[0,{"a":1,"b":2,"a":3}]}"#, "x[1].a"),
    (#"{"a":{"b":{},"b":[]}}"#, "a.b"), ("{\"\\u001b\":1,\"\u{7F}\":1,\"\\u001b\":2}", #"\u001b"#),
    (#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"d":10}"#, "d"),
    (#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"i":10}"#, "i"),
  ])
  func aMemberThatIsGivenTwiceIsNamed(_ json: String, _ path: String) throws {
    let error = try #require(throws: InvalidJSON.self) { try JSONValue(parsing: Array(json.utf8)) }
    #expect("\(error)" == "\(path): duplicate field")
    #expect(error.isDuplicateMember)
  }

  @Test func asDeepAsMayBeIsRead() throws {
    let json = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try JSONValue(parsing: Array(json.utf8)).description == json)
  }

  @Test func aMemberIsSetInItsPlace() throws {
    var value = try JSONValue(parsing: Array(#"{"a":1,"b":2}"#.utf8))
    value["a"] = .array([.null])
    value["c"] = .bool(true)
    value["b"] = nil
    #expect(value.description == #"{"a":[null],"c":true}"#)
    #expect(value["a"] == .array([.null]))
    #expect(value["b"] == nil)
    #expect(JSONValue.null["a"] == nil)
  }
}
