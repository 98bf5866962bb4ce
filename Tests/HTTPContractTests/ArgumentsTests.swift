import HTTPContract
import TestSupport
import Testing

@Suite struct ArgumentsTests {
  private func arguments(_ query: String) throws(InvalidArgument) -> Arguments {
    try Arguments(Array(query.utf8), for: Property.endpoint)
  }

  private func complaint(_ query: String) -> String? {
    do throws(InvalidArgument) {
      _ = try arguments(query)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func valuesAreThoseGivenOrTheDefault() throws {
    let given = try arguments("machine=a%20b&limit=1000")
    #expect(given[Property.machine] == "a b")
    #expect(given[Property.limit] == 1000)
    let none = try arguments("")
    #expect(none[Property.machine] == nil)
    #expect(none[Property.limit] == 10)
  }

  @Test(
    arguments: [
      ("limit=5000", #"limit must be an integer from 1 to 1000 (got "5000")"#),
      ("limit=0", #"limit must be an integer from 1 to 1000 (got "0")"#),
      ("limit=%2B5", #"limit must be an integer from 1 to 1000 (got "+5")"#),
      ("limit=", #"limit must be an integer from 1 to 1000 (got "")"#),
      ("limit=1&limit=1", "limit is given more than once"),
      ("machine=", #"machine must be a string of 1 to 100 characters (got "")"#),
      ("depth=1", #"unknown parameter "depth"; expected one of limit, machine"#),
      ("limit=%F", "% in the query must be followed by two hexadecimal digits"),
    ])
  func whatIsWrongIsNamed(query: String, words: String) {
    #expect(complaint(query) == words)
  }

  @Test func anEndpointWithoutParametersTakesNone() {
    let endpoint = Endpoint(.get, "/health", name: "health", summary: "For tests.", contents: [])
    let error = #expect(throws: InvalidArgument.self) {
      try Arguments(Array("a=b".utf8), for: endpoint)
    }
    #expect(error?.description == #"unknown parameter "a"; no parameters are expected"#)
  }

  @Test func theFuzzersCorpusHolds() throws {
    for (name, bytes) in try FuzzCorpus.inputs(for: "arguments") {
      let violation = bytes.withUnsafeBytes { Property.violation($0) }
      #expect(violation == nil, "\(name)")
    }
  }
}
