import Testing

@testable import StrictJSON

@Suite struct DecodingTests {
  private struct Everything: Decodable, Equatable {
    struct Inner: Decodable, Equatable { let text: String?, flag: Bool }
    let whole: Int?
    let small: UInt8?
    let large: UInt64?
    let number: Double?
    let list: [Inner]?
    let named: [String: Int]?
    let any: JSONValue?
  }

  private func decode(_ json: String) throws -> Everything {
    try JSONValue(parsing: Array(json.utf8)).decode()
  }

  @Test func whatFitsIsDecoded() throws {
    let everything = try decode(
      """
      {"whole": -7, "small": 255, "large": 18446744073709551615, "number": -1.5e3, "other": 1,
       "list": [{"text": null, "flag": true}, {"flag": false}], "named": {"a": 1e2, "b": 3.0},
       "any": {"as": [99999999999999999999]}}
      """)
    #expect(everything.whole == -7)
    #expect(everything.small == 255)
    #expect(everything.large == .max)
    #expect(everything.number == -1500)
    #expect(everything.list == [.init(text: nil, flag: true), .init(text: nil, flag: false)])
    #expect(everything.named == ["a": 100, "b": 3])
    #expect(everything.any?.description == #"{"as":[99999999999999999999]}"#)
    #expect(try decode("{}").whole == nil)
  }

  @Test(arguments: [
    ("[]", "it must be an object (got an array)"),
    (#"{"whole":1.5}"#, "whole must be an integer (got 1.5)"),
    (#"{"whole":true}"#, "whole must be an integer (got true)"),
    (#"{"whole":"1\u001b"}"#, #"whole must be an integer (got "1\u001b")"#),
    (
      #"{"whole":99999999999999999999}"#,
      "whole must be an integer from -9223372036854775808 to 9223372036854775807 "
        + "(got 99999999999999999999)"
    ),
    // As a double this is another number.
    (#"{"whole":9007199254740993.0}"#, "whole must be an integer (got 9007199254740993.0)"),
    (#"{"small":256}"#, "small must be an integer from 0 to 255 (got 256)"),
    (#"{"large":-1}"#, "large must be an integer from 0 to 18446744073709551615 (got -1)"),
    (#"{"number":1e999}"#, "number must be a number (got 1e999)"),
    (#"{"number":"1"}"#, #"number must be a number (got "1")"#),
    (#"{"list":{}}"#, "list must be an array (got an object)"),
    (#"{"list":[{"flag":true},{"flag":0}]}"#, "list[1].flag must be true or false (got 0)"),
    (#"{"list":[{}]}"#, "list[0].flag is missing"),
    (#"{"list":[null]}"#, "list[0] must be an object (got null)"),
    (#"{"list":[{"text":7,"flag":true}]}"#, "list[0].text must be a string (got 7)"),
    (#"{"named":{"a":null}}"#, "named.a must be an integer (got null)"),
  ])
  func whatDoesNotFitIsNamedWithWhatCame(_ json: String, _ explanation: String) throws {
    let error = try #require(throws: DecodingError.self) { try decode(json) }
    #expect(error.explanation(of: "it") == explanation)
  }

  @Test func aLongTextIsCutInAMessage() throws {
    let error = try #require(throws: DecodingError.self) {
      try JSONValue.string(String(repeating: "x", count: 101)).decode(Int.self)
    }
    #expect(
      error.explanation(of: "it")
        == "it must be an integer (got \"\(String(repeating: "x", count: 100))\"…)")
  }

  private struct Strict: Decodable {
    let count: Int
    let extra: Int?

    init(from decoder: any Decoder) throws {
      let members = try StrictObject(decoder, ["count", "extra", "inner"])
      count = try members.required("count", in: 1...10)
      extra = try members.optional("extra", in: 1...10)
      try members.check("inner", ["a"])
    }
  }

  @Test(arguments: [
    (#"{"count":1,"extra":null,"inner":{"a":1}}"#, nil), (#"{"count":10}"#, nil),
    (#"{"count":11}"#, "count must be an integer from 1 to 10 (got 11)"),
    (#"{"count":1.5}"#, "count must be an integer from 1 to 10 (got 1.5)"),
    (#"{"count":null}"#, "count must be an integer from 1 to 10 (got null)"),
    (#"{"count":1,"extra":0}"#, "extra must be an integer from 1 to 10 (got 0)"),
    (#"{}"#, "count is missing"),
    (#"{"count":1,"cuont":1}"#, "cuont: unknown field (expected one of count, extra, inner)"),
    (#"{"count":1,"inner":{"b":1}}"#, "inner.b: unknown field (expected one of a)"),
    (#"{"count":1,"inner":5}"#, "inner must be an object (got 5)"),
  ])
  func aStrictObjectHasKnownMembersAlone(_ json: String, _ explanation: String?) throws {
    let value = try JSONValue(parsing: Array(json.utf8))
    do {
      _ = try value.decode(Strict.self)
      #expect(explanation == nil)
    } catch let error as DecodingError {
      #expect(error.explanation(of: "it") == explanation)
    }
  }
}
