import Service
import TestSupport
import Testing

@testable import Accessor

@Suite struct RouteTests {
  private func route(_ method: String, _ path: String, _ query: String = "") -> Route {
    Array(method.utf8).withUnsafeBufferPointer { method in
      Array(path.utf8).withUnsafeBufferPointer { path in
        Array(query.utf8).withUnsafeBufferPointer { query in
          Route(method: method, path: path, query: query)
        }
      }
    }
  }

  private func query(_ path: String, _ query: String = "") -> Query? {
    guard case .query(let query) = route("GET", path, query).action else { return nil }
    return query
  }

  private func problem(_ method: String, _ path: String, _ query: String = "") -> Problem? {
    guard case .problem(let problem) = route(method, path, query).action else { return nil }
    return problem
  }

  @Test func readingsAreAskedForByTypeMachineAndLimit() {
    #expect(query("/signals/power") == .newest(type: "power", machine: nil, limit: 10))
    #expect(
      query("/signals/x_1", "machine=a%20b&limit=1000")
        == .newest(type: "x_1", machine: "a b", limit: 1000))
  }

  @Test(arguments: ["Power", "power;", "%70ower", String(repeating: "x", count: 64), "é"])
  func whatIsNoTypesNameIsNotAskedFor(name: String) {
    #expect(query("/signals/\(name)") == .typesForUnknown)
  }

  @Test func everyResourceIsFound() {
    for (path, resource) in [
      "/signals": Resource.types, "/signals/": .types, "/signals/power": .readings,
      "/health": .health, "/health/live": .liveness, "/health/ready": .readiness,
      "/metrics": .metrics, "/": .other, "": .other, "/signalspower": .other,
      "/signals/a/b": .other, "/health/": .other, "/metricsx": .other,
    ] {
      #expect(route("GET", path).resource == resource, "\(path)")
    }
  }

  @Test func whatIsWrongIsNamed() {
    #expect(problem("GET", "/nothing")?.status == 404)
    #expect(problem("PUT", "/signals")?.status == 405)
    #expect(problem("get", "/signals")?.status == 405)
    #expect(problem("GET", "/signals/power", "limit=0")?.status == 400)
    #expect(problem("GET", "/signals/power", "limit=1&limit=1")?.status == 400)
    #expect(problem("GET", "/signals/power", "machine=")?.status == 400)
    #expect(
      problem("GET", "/health", "a=b")?.detail
        == #"there is no parameter "a"; /health takes none"#)
  }

  @Test func similarQuestionsAreOfOneKind() {
    let ten = Query.newest(type: "power", machine: nil, limit: 10)
    #expect(ten.kind == Query.newest(type: "power", machine: nil, limit: 12).kind)
    #expect(ten.kind != Query.newest(type: "power", machine: nil, limit: 1000).kind)
    #expect(ten.kind != Query.newest(type: "error", machine: nil, limit: 10).kind)
    #expect(ten.kind != Query.newest(type: "power", machine: "m", limit: 10).kind)
  }

  @Test func theFuzzersCorpusHolds() throws {
    for (name, bytes) in try FuzzCorpus.inputs(for: "route") {
      let violation = bytes.withUnsafeBytes { Property.violation($0) }
      #expect(violation == nil, "\(name)")
    }
  }
}
