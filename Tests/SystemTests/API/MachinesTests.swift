import Foundation
import Postgres
import TestSupport
import Testing

/// `GET /machines`, asked of the accessor itself and through nginx, with the same assertions.
@Suite struct MachinesTests {
  typealias Way = ContractTests.Way

  // Made once; each test adds machines of its own.
  private nonisolated(unsafe) static let shared = Result {
    try SignalsSystem(
      server: PostgresServer.shared.get(),
      settings: ["PRODUCER_MACHINES": "2", "SILENT_AFTER": "60"])
  }
  private let system: SignalsSystem

  init() throws { system = try MachinesTests.shared.get() }

  private func add(_ names: String...) throws {
    let session = try system.connect()
    for name in names {
      try session.execute("INSERT INTO machines (name) VALUES ($1)", Parameters(name))
    }
  }

  /// Where the header `Link` leads; nil without one.
  private func next(_ answer: ContractTests.Plain) throws -> String? {
    guard let link = answer.headers["link"] else { return nil }
    let target = try #require(link.wholeMatch(of: #/<(/[^>]*)>; rel="next"/#), "\(link)")
    return String(target.1)
  }

  @Test(arguments: Way.allCases) func aMachineIsListedWithWhatItDoes(way: Way) throws {
    var answer = try system.ask(way, "/machines?after=machine-&limit=2")
    #expect(
      try eventually(within: 40) {
        answer = try system.ask(way, "/machines?after=machine-&limit=2")
        return answer.array.allSatisfy { $0["state"] is Int }
      })
    #expect(answer.status == 200 && answer.contentType == "application/json")
    #expect(answer.headers["cache-control"] == "no-store")
    #expect(answer.array.map { $0["name"] as? String } == ["machine-1", "machine-2"])
    for machine in answer.array {
      #expect(
        Set(machine.keys) == ["name", "first_seen", "last_seen", "silent", "state", "newest"])
      #expect(machine["silent"] as? Bool == false)
      let first = try #require(machine["first_seen"] as? String)
      let last = try #require(machine["last_seen"] as? String)
      #expect(first < last)
      let newest = try #require(machine["newest"] as? [String: [String: Any]])
      #expect(Set(newest.keys).isSubset(of: ["power", "state_change", "error"]))
      let power = try #require(newest["power"])
      #expect(Set(power.keys) == ["value", "timestamp", "age_seconds"])
      #expect((power["value"] as? Double).map { (100...500).contains($0) } == true)
      #expect((power["age_seconds"] as? Double).map { (-1...60).contains($0) } == true)
      let state = try #require(newest["state_change"]?["value"] as? Int)
      #expect(machine["state"] as? Int == state)
    }
  }

  @Test(arguments: Way.allCases) func aMachineThatNeverGaveAReadingIsSilent(way: Way) throws {
    try add("\(way) idle")
    let machines = try system.ask(way, "/machines?after=\(way)&limit=1").array
    let machine = try #require(machines.first)
    #expect(machine["name"] as? String == "\(way) idle")
    #expect(machine["silent"] as? Bool == true)
    for name in ["first_seen", "last_seen", "state"] { #expect(machine[name] is NSNull) }
    #expect((machine["newest"] as? [String: Any])?.isEmpty == true)
  }

  /// Those that are there all the time are listed once, whatever comes meanwhile.
  @Test(arguments: Way.allCases) func pagesLeadToAllWhileMachinesAreAdded(way: Way) throws {
    let names = [
      "\(way)/a \"quoted\" \\ \u{1}", "\(way)/b & c=d?e#f", "\(way)/c%41+", "\(way)/e\u{301}",
      "\(way)/\u{e9}", "\(way)/<\u{1f3ed}>;",
    ].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names { try add(name) }
    var found: [String] = []
    var target: String? = "/machines?after=\(way)/&limit=2"
    while let asked = target {
      let answer = try system.ask(way, asked)
      #expect(answer.status == 200)
      let page = answer.array.compactMap { $0["name"] as? String }
      #expect(page.count <= 2)
      found += page
      target = try next(answer)
      // Of the last page there is no next.
      #expect(page.count == 2 || target == nil)
      if found.count == 4 { try add("\(way)/a before", "\(way)/\u{1f3ed} behind") }
      guard page.last?.hasPrefix("\(way)/") == true else { break }
    }
    let own = found.filter { $0.hasPrefix("\(way)/") }.map { Array($0.utf8) }
    #expect(own == (names + ["\(way)/\u{1f3ed} behind"]).map { Array($0.utf8) })
  }

  @Test(arguments: Way.allCases) func theLastPageHasNoLink(way: Way) throws {
    try add("~\(way) 1", "~\(way) 2", "~\(way) 3")
    #expect(try next(system.ask(way, "/machines?after=~\(way)&limit=2")) != nil)
    #expect(try next(system.ask(way, "/machines?after=~\(way)%202&limit=1000")) == nil)
    #expect(try system.ask(way, "/machines?after=~~").body == "[]")
  }

  @Test(
    arguments: Way.allCases,
    [
      ("limit=0", #"limit must be an integer from 1 to 1000 (got "0")"#),
      ("limit=1001", #"limit must be an integer from 1 to 1000 (got "1001")"#),
      ("after=", #"after must be a string of 1 to 100 characters (got "")"#),
      ("machine=a", #"unknown parameter "machine"; expected one of limit, after"#),
    ])
  func aBadParameterIsNamed(way: Way, query: (String, String)) throws {
    let answer = try system.ask(way, "/machines?\(query.0)")
    #expect(answer.status == 400 && answer.object["detail"] as? String == query.1)
  }

  @Test(arguments: Way.allCases) func onlyGetAndHeadAreOffered(way: Way) throws {
    let answer = try system.ask(way, "/machines", method: "POST")
    #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD")
    let head = try system.ask(way, "/machines?limit=1", method: "HEAD")
    #expect(head.status == 200 && head.body == "")
    #expect(try next(head)?.hasPrefix("/machines?limit=1&after=") == true)
  }
}
