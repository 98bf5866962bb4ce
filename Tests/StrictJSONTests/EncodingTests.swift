import StrictJSON
import Testing

@Suite struct EncodingTests {
  private struct Everything: Encodable {
    enum Key: CodingKey { case z, list, inner, a }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: Key.self)
      try members.encode("last letter first", forKey: .z)
      var list = members.nestedUnkeyedContainer(forKey: .list)
      try list.encode(true)
      try list.encodeNil()
      try list.encode([1, 2])
      // Two containers of one place go on with each other.
      var inner = members.nestedContainer(keyedBy: Key.self, forKey: .inner)
      try inner.encode(UInt64.max, forKey: .z)
      try inner.encode(Int16.min, forKey: .a)
      try members.encodeNil(forKey: .a)
      try list.encode(3)
    }
  }

  @Test func membersKeepTheirOrder() throws {
    #expect(
      try JSONValue(encoding: Everything()).description
        == #"{"z":"last letter first","list":[true,null,[1,2],3],"#
        + #""inner":{"z":18446744073709551615,"a":-32768},"a":null}"#)
  }

  @Test func whatIsEmptyIsNotNull() throws {
    struct Nothing: Encodable { var absent: Int? }
    #expect(try JSONValue(encoding: Nothing()).description == "{}")
    #expect(try JSONValue(encoding: [Int]()).description == "[]")
  }

  @Test(arguments: [
    (231.5, "231.5"), (98.0, "98"), (-0.0, "0"), (1e300, "1e+300"), (0.1, "0.1"),
    (0x1p53, "9007199254740992.0"), (.infinity, "null"), (.nan, "null"),
  ]) func numbersAreAsShortAsCanBe(_ number: Double, _ text: String) throws {
    #expect(try JSONValue(encoding: number).description == text)
  }
}
