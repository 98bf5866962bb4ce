import Foundation
import Postgres
import TestSupport
import Testing

/// What a scraper sees, through nginx.
@Suite struct MetricsTests {
  private let system: SignalsSystem

  init() throws { system = try SignalsSystem(server: PostgresServer.shared.get()) }

  /// Samples by name and labels.
  private func scrape(_ path: String) throws -> [String: Double] {
    let answer = try system.nginx.ask(path)
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == ["text/plain; version=0.0.4; charset=utf-8"])
    var samples: [String: Double] = [:]
    for line in answer.body.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      samples[parts.dropLast().joined(separator: " ")] = Double(parts.last ?? "")
    }
    return samples
  }

  /// Prometheus' own judge of names, units and format.
  @Test(arguments: ["/metrics", "/metrics/producer"]) func promtoolHasNothingToSay(
    path: String
  ) throws {
    let text = try system.nginx.ask(path).body
    let outcome = try ChildProcess.run("promtool", ["check", "metrics"], input: text)
    #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
    #expect(outcome.errors + outcome.output == "")
    let families = text.matches(of: /(?m)^# TYPE (\S+)/).map(\.1)
    #expect(Set(families).count == families.count)
    let program = path == "/metrics" ? "signals-accessor" : "signals-producer"
    #expect(
      text.contains(
        try Regex(
          #"(?m)^signals_build_info\{program="\#(program)",version="[0-9.]+",commit="([0-9a-f]{40})?"\} 1$"#
        )))
  }

  @Test func requestsAreCountedByResourceAndStatus() throws {
    let before = try scrape("/metrics")
    for _ in 0..<5 { _ = try system.nginx.ask("/signals/power") }
    for _ in 0..<3 { _ = try system.nginx.ask("/signals/nope") }
    _ = try system.nginx.ask("/signals?x=1")
    let after = try scrape("/metrics")
    func grown(_ labels: String) -> Double {
      let name = "signals_accessor_requests_total{\(labels)}"
      return (after[name] ?? 0) - (before[name] ?? 0)
    }
    #expect(grown(#"resource="/signals/{type}",status="200""#) == 5)
    #expect(grown(#"resource="/signals/{type}",status="404""#) == 3)
    #expect(grown(#"resource="/signals",status="400""#) == 1)
    let count = #"signals_accessor_request_duration_seconds_count{resource="/signals/{type}"}"#
    #expect((after[count] ?? 0) - (before[count] ?? 0) == 8)
    func newest(_ name: String) -> Double? {
      after["signals_accessor_\(name)_total{workload=\"newest\"}"]
    }
    let answered = newest("queries") ?? .infinity
    #expect((newest("coalesced_requests") ?? 0) >= answered)
    #expect((newest("queries_sent") ?? 0) >= answered)
  }

  @Test func theBucketsOfAHistogramGrow() throws {
    _ = try system.nginx.ask("/signals/power")
    let text = try system.nginx.ask("/metrics").body
    let prefix = #"signals_accessor_request_duration_seconds_bucket{resource="/signals/{type}""#
    let counts = text.split(separator: "\n").filter { $0.hasPrefix(prefix) }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    #expect(counts.count == 15)
    #expect(counts == counts.sorted())
    #expect(counts.last! > 0)
  }

  @Test func theProducersMetricsAgreeWithItsState() throws {
    let metrics = try scrape("/metrics/producer")
    #expect(metrics[#"signals_producer_state{state="running"}"#] == 1)
    #expect(metrics[#"signals_producer_state{state="stopped"}"#] == 0)
    #expect(metrics["signals_producer_machines"] == 1)
    #expect(metrics["signals_producer_database_connected"] == 1)
    #expect((metrics["signals_producer_readings_written_total"] ?? 0) > 0)
    #expect((metrics["process_resident_memory_bytes"] ?? 0) > 1_000_000)
    #expect((metrics["process_open_fds"] ?? 0) > 3)
    let own = #"signals_producer_requests_total{resource="/metrics/producer",status="200"}"#
    #expect((try scrape("/metrics/producer")[own] ?? 0) >= 1)
  }

  @Test func aSlowRequestIsLoggedWithItsId() throws {
    let slow = try SignalsSystem(
      server: PostgresServer.shared.get(), settings: ["ACCESSOR_SLOW_REQUEST_MS": "50"])
    let session = try slow.connect()
    try session.executeScript("BEGIN; LOCK TABLE signal_types IN ACCESS EXCLUSIVE MODE")
    let directory = try TemporaryDirectory()
    let request = try ChildProcess(
      "curl",
      [
        "-s", "-H", "X-Request-Id: slow-request-1", "-o", directory.file("body"),
        "\(slow.nginx.url)/signals",
      ])
    let observer = try slow.connect()
    #expect(
      try eventually {
        try slow.waitingForLocks(observer) > 0
      })
    usleep(60_000)
    try session.execute("COMMIT")
    #expect(request.wait().status == 0)
    #expect(
      eventually {
        slow.accessor.errors.contains("slow request milliseconds=")
          && slow.accessor.errors.contains("request_id=slow-request-1 status=200 uri=/signals")
      })
  }
}
