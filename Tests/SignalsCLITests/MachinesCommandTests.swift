import Foundation
import TestSupport
import Testing

@testable import SignalsCLI

/// `signals-cli machines`
@Suite struct MachinesCommandTests {
  private static let first = """
    [{"name":"machine-1","first_seen":"2026-11-01T06:00:00Z","last_seen":"2026-11-24T10:00:00.123456Z",\
    "silent":false,"state":1,"newest":{"power":{"value":231.5,\
    "timestamp":"2026-11-24T10:00:00.123456Z","age_seconds":0.052},"state_change":{"value":1,\
    "timestamp":"2026-11-24T09:41:12.5Z","age_seconds":1127.675}}},\
    {"name":"machine-10","first_seen":"2026-11-01T06:00:00Z","last_seen":"2026-11-20T10:00:00Z",\
    "silent":true,"state":0,"newest":{"error":{"value":42,"timestamp":"2026-11-20T10:00:00Z",\
    "age_seconds":345600}}}]
    """
  private static let second = """
    [{"name":"säge \\"2\\", \\u001b[31m","first_seen":null,"last_seen":null,"silent":true,"state":null,\
    "newest":{}},\
    {"name":"ahead","first_seen":"2026-11-24T10:00:00Z","last_seen":"2026-11-25T06:00:00Z",\
    "silent":true,"state":null,"newest":{"power":{"value":1,"timestamp":"2026-11-25T06:00:00Z",\
    "age_seconds":-72000}}}]
    """
  private static let page = "limit=2&after=machine-10%2F%26"

  /// A server with two pages.
  private static func server() throws -> HTTPServerDouble {
    try HTTPServerDouble { request in
      switch request.target {
      case "/signals": .body(CannedResponses.types)
      case "/machines?\(page)": .body(second)
      default: .body(first, headers: ["Link": "</machines?\(page)>; rel=\"next\""])
      }
    }
  }

  @Test(arguments: [40, 80, 132]) func aScreenIsAsItIsKept(width: Int) throws {
    let server = try Self.server()
    let outcome = try signalsInTerminal("machines --all", url: server.url, width: width)
    try Screen.expect(outcome.output, "machines-\(width)", width: width)
  }

  @Test func allPagesAreAskedForByTheLinksOfTheServer() throws {
    let server = try Self.server()
    let outcome = try signals(["machines", "--all", "--output", "ndjson"], url: server.url)
    #expect(server.requests.map(\.target) == ["/machines", "/machines?\(Self.page)"])
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[2].hasPrefix(#"{"name":"säge \"2\", \u001b[31m","first_seen":null,"#))
    let json = try signals(["machines", "--all", "--json"], url: server.url)
    let array = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
    #expect(
      array?.map { $0["name"] as? String }
        == ["machine-1", "machine-10", "säge \"2\", \u{1b}[31m", "ahead"])
  }

  /// Only its query counts: a link to another host gets no request, let alone a token.
  @Test func aLinkLeadsToNoOtherServer() throws {
    let other = try HTTPServerDouble { _ in .body("[]") }
    let server = try HTTPServerDouble { request in
      request.target == "/plant/machines"
        ? .body(Self.first, headers: ["Link": "<\(other.url)/x?after=b>; rel=\"next\""])
        : .body("[]")
    }
    let outcome = try signals(["machines", "--all", "--json"], url: server.url + "/plant")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(server.requests.map(\.target) == ["/plant/machines", "/plant/machines?after=b"])
    #expect(other.requests.isEmpty)
  }

  @Test func aLinkThatLeadsNowhereNewIsAnError() throws {
    let server = try CannedResponses.server(
      .body(Self.first, headers: ["Link": "</machines?after=a>; rel=\"next\""]))
    let outcome = try signals(["machines", "--all"], url: server.url)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("the server's links between pages form a loop"), "\(outcome.errors)")
  }

  @Test func aPageIsShownWithoutAll() throws {
    let server = try Self.server()
    let json = try signals(["machines", "--limit", "2", "--json"], url: server.url)
    #expect(json.output == Self.first + "\n" && json.errors == "")
    #expect(server.requests.map(\.target) == ["/machines?limit=2"])
    let table = try signals(["machines"], url: server.url)
    #expect(table.errors.contains("more machines exist; '--all' lists them"))
  }

  @Test func csvHasALineForEachMachineAndType() throws {
    let server = try Self.server()
    let outcome = try signals(["machines", "--all", "--output", "csv"], url: server.url)
    #expect(
      outcome.output == """
        name,first_seen,last_seen,silent,state,type,value,timestamp,age_seconds
        machine-1,2026-11-01T06:00:00.000000Z,2026-11-24T10:00:00.123456Z,false,1,power,231.5,\
        2026-11-24T10:00:00.123456Z,0.052
        machine-1,2026-11-01T06:00:00.000000Z,2026-11-24T10:00:00.123456Z,false,1,state_change,1,\
        2026-11-24T09:41:12.500000Z,1127.675
        machine-10,2026-11-01T06:00:00.000000Z,2026-11-20T10:00:00.000000Z,true,0,error,42,\
        2026-11-20T10:00:00.000000Z,345600
        "säge ""2"", \\u{1b}[31m",,,true,,,,,
        ahead,2026-11-24T10:00:00.000000Z,2026-11-25T06:00:00.000000Z,true,,power,1,\
        2026-11-25T06:00:00.000000Z,-72000

        """)
  }

  @Test func anEmptyListIsSaid() throws {
    let server = try CannedResponses.server(.body("[]"))
    let outcome = try signals(["machines"], url: server.url)
    #expect(outcome.status == 0 && outcome.output == "")
    #expect(outcome.errors.contains("no machines yet"))
  }

  @Test func allAndALimitExcludeEachOther() throws {
    let outcome = try signals(["machines", "--all", "--limit", "3"], url: "http://127.0.0.1:1")
    #expect(outcome.status == 64 && outcome.errors.contains("cannot be combined"))
  }
}
