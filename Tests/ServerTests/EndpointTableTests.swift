import FastCGI
import HTTPContract
import Testing

@testable import Server

@Suite struct EndpointTableTests {
  private struct Silent: EndpointHandler {
    let endpoint: Endpoint
    func handle(_ call: borrowing Call) throws(Problem) -> Action {
      .reply(Response.json(String?.none))
    }
  }

  private static func endpoint(_ method: Endpoint.Method, _ path: PathTemplate) -> Endpoint {
    let variables = path.variables.map {
      Parameter<String?>.text($0, length: 1...9, help: "For tests.").declaration
    }
    return Endpoint(
      method, path, name: "test", summary: "For tests.", variables: variables, contents: [])
  }

  /// Here are those of this program; PUT of the first path is another program's.
  private let table: EndpointTable = {
    let mine = [
      endpoint(.get, "/signals/{type}"), endpoint(.get, "/signals"),
      endpoint(.post, "/signals"),
    ]
    return EndpointTable(
      mine.map(Silent.init), among: mine + [endpoint(.put, "/signals/{type}")])
  }()

  private func find(_ method: String, _ path: String) -> String {
    Array(method.utf8).withUnsafeBufferPointer { method in
      Array(path.utf8).withUnsafeBufferPointer { path in
        switch table.find(method: method, path: path) {
        case .found(let route, let variables): "\(route.endpoint.path) \(variables)"
        case .methodNotAllowed(let allowed, let resource, _):
          "\(allowed.joined(separator: ",")) \(table.resources[resource])"
        case .unknown: "unknown"
        }
      }
    }
  }

  @Test func aRequestFindsItsEndpointByPathAndMethod() {
    #expect(find("GET", "/signals/power") == #"/signals/{type} ["power"]"#)
    #expect(find("HEAD", "/signals/power") == #"/signals/{type} ["power"]"#)
    #expect(find("POST", "/signals") == "/signals []")
    #expect(find("GET", "/nothing") == "unknown")
    #expect(find("GET", "") == "unknown")
  }

  @Test func theMethodsOfAPathAreThoseOfAllPrograms() {
    #expect(find("DELETE", "/signals/power") == "GET,HEAD,PUT /signals/{type}")
    #expect(find("get", "/signals") == "GET,HEAD,POST /signals")
  }

  @Test func metricsNameFewResources() {
    #expect(table.resources == ["/signals/{type}", "/signals", "other"])
  }
}
