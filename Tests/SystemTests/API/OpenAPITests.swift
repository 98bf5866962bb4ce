import Foundation
import HTTPContract
import SignalsAPI
import TestSupport
import Testing

/// The published contract, held against what is served.
@Suite struct OpenAPITests {
  private let system: SignalsSystem
  private let authorization = "Authorization: Bearer \(SignalsSystem.token)"

  init() throws { system = try SignalsSystem(server: PostgresServer.shared.get()) }

  @Test func theDocumentIsOpenAPI() throws {
    let answer = try system.nginx.ask("/openapi.json")
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == ["application/json"])
    let file = try TemporaryDirectory()
    try answer.body.write(toFile: file.file("openapi.json"), atomically: true, encoding: .utf8)
    let judged = try ChildProcess.run(
      ChildProcess.python("openapi-spec-validator"), [file.file("openapi.json")])
    #expect(judged.status == 0, "\(judged.output)\(judged.errors)")
  }

  @Test func whatIsDeclaredIsServed() throws {
    for endpoint in API.endpoints {
      let path = endpoint.path.description.replacing("{type}", with: "power")
      // A body that no endpoint takes: what changes something changes nothing.
      let answer = try system.nginx.ask(
        path, "-X", endpoint.method.rawValue, "-H", authorization, "-H",
        "Content-Type: application/json", "--data-binary", "@-", input: "[]")
      #expect(![404, 405].contains(answer.status), "\(endpoint.method.rawValue) \(path)")
    }
  }

  @Test func whatIsServedIsDeclared() throws {
    let document = try #require(system.nginx.ask("/openapi.json").json as? [String: Any])
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    for (path, operations) in paths {
      let declared = Set(operations.keys.map { $0.uppercased() })
      let offered = try #require(
        system.nginx.ask(
          path.replacing("{type}", with: "power"), "-X", "REPORT", "-H", authorization
        ).headers["allow"]?.first, "\(path)")
      let methods = Set(offered.split(separator: ", ").map(String.init)).subtracting(["HEAD"])
      #expect(methods == declared, "\(path)")
    }
  }

  /// Hundreds of requests for each endpoint, good and bad ones: no answer that is not documented.
  @Test func schemathesisFindsNothing() throws {
    // It leaves what it has found where it runs.
    let directory = try TemporaryDirectory()
    let report = try ChildProcess(
      ChildProcess.python("schemathesis"),
      [
        "--config-file", NginxServer.repository.path + "/Tests/SystemTests/schemathesis.toml",
        "run", "\(system.nginx.url)/openapi.json", "--header", authorization, "--checks", "all",
        "--max-examples", ProcessInfo.processInfo.environment["SCHEMATHESIS_EXAMPLES"] ?? "50",
        "--no-color", "--seed", ProcessInfo.processInfo.environment["SCHEMATHESIS_SEED"] ?? "1",
        "--workers", "1",
      ], directory: directory.path
    ).wait(within: 7200)
    let findings = report.output.split(separator: "\n").map { $0.prefix(300) }
      .joined(separator: "\n")
    #expect(report.status == 0, "\(findings)\(report.errors.suffix(1000))")
  }
}
