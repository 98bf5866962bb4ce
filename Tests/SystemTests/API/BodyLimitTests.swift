import HTTPContract
import SignalsAPI
import TestSupport
import Testing

/// The bound of a request's body in nginx, which is a number in its configuration, against the endpoints'
/// declarations.
@Suite struct BodyLimitTests {
  private let service: FastCGIDouble
  private let nginx: NginxServer

  init() throws {
    service = try FastCGIDouble()
    nginx = try NginxServer(accessor: service.path, producer: service.path)
  }

  /// What nginx takes is what the endpoints' declarations say, whether a request tells its length or not.
  @Test func aBodyThatIsTooLargeIsRefused() throws {
    for endpoint in API.endpoints {
      let limit = endpoint.body?.limit ?? Endpoint.Body.standardLimit
      let path = endpoint.path.description.replacing("{type}", with: "power")
      let body = String(repeating: "x", count: limit + 1)
      for framing in ["X: y", "Transfer-Encoding: chunked"] {
        let options = [
          "-X", endpoint.method.rawValue, "-H", framing, "--data-binary", "@-",
        ]
        let refused = try nginx.ask(path, with: options, input: body)
        try expectProblem(refused, status: 413, title: "Content Too Large", instance: path)
        #expect(refused.body.contains(" \(limit >> 10) KiB"))
        let largest = try nginx.ask(path, with: options, input: String(body.dropLast()))
        #expect((largest.json as? [String: String])?["CONTENT_LENGTH"] == "\(limit)", "\(path)")
      }
    }
  }

  @Test func theProductionSiteTakesTheSameBodies() throws {
    let site = try ProductionSite(accessor: service.path, producer: service.path)
    for endpoint in [ReadingsEndpoint.endpoint, ProducerEndpoints.putScenario] {
      let limit = endpoint.body?.limit ?? Endpoint.Body.standardLimit
      let path = endpoint.path.description.replacing("{type}", with: "power")
      for (count, status) in [(limit, 200), (limit + 1, 413)] {
        try nginx.directory.write(String(repeating: "x", count: count), to: "body")
        for framing in ["X: y", "Transfer-Encoding: chunked"] {
          let answer = try site.ask(
            path, "--http1.1", "-X", endpoint.method.rawValue, "-H", framing, "--data-binary",
            "@\(nginx.directory.file("body"))")
          #expect(answer.status == status, "\(path) \(count) \(framing)")
        }
      }
    }
  }
}
