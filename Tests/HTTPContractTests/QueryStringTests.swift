import HTTPContract
import Testing

@Suite struct QueryStringTests {
  private func items(_ text: String) throws -> [String] {
    try QueryString(Array(text.utf8)).items.map { "\($0.name)→\($0.value)" }
  }

  @Test(
    arguments: [
      ("", []), ("a=1", ["a→1"]), ("a=1&b=2", ["a→1", "b→2"]), ("a", ["a→"]), ("a=", ["a→"]),
      ("=a", ["→a"]), ("&&a=1&", ["a→1"]), ("a=b=c", ["a→b=c"]), ("a=x+y%2B%20z", ["a→x y+ z"]),
      ("%6Cimit=5", ["limit→5"]), ("a=%C3%BC", ["a→ü"]), ("a=1&a=2", ["a→1", "a→2"]),
    ] as [(String, [String])])
  func parametersAreDecoded(text: String, expected: [String]) throws {
    #expect(try items(text) == expected)
  }

  @Test(arguments: [
    "", "a b", "Säge & Co/1", "100%", "a=b+c;d", "\u{1}\u{1f3ed}\"<>\\", "~-._Az09",
  ])
  func whatIsEncodedIsDecodedToTheSame(value: String) throws {
    let text = QueryString([("näme", value), ("limit", "2")]).description
    #expect(text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>\\".utf8.contains($0) })
    #expect(try items(text) == ["näme→\(value)", "limit→2"])
  }

  @Test(arguments: ["a=%", "a=%2", "a=%zz", "a=%+1", "a=%-1", "%=1"])
  func aPercentSignWithoutDigitsIsAProblem(text: String) throws {
    let problem = try #require(throws: InvalidArgument.self) { try items(text) }
    #expect(problem.description == "% in the query must be followed by two hexadecimal digits")
  }

  @Test(arguments: ["a=%FF", "a=%C3", "a=%00", "%ED%A0%80=1"])
  func whatIsNoTextIsAProblem(text: String) throws {
    let problem = try #require(throws: InvalidArgument.self) { try items(text) }
    #expect(problem.description == "query is not valid UTF-8")
  }
}
