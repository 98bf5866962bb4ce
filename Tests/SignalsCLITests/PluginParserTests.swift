import TestSupport
import Testing
import Time

@testable import SignalsCLI

/// The output of the checks, parsed by independent programs: Perl's Monitoring::Plugin, tools of Debian's
/// monitoring-plugins-basic, and Prometheus' promtool.
@Suite struct PluginParserTests {
  private let plugins = "/usr/lib/nagios/plugins"

  /// Readings with the newest of that age, and a producer.
  private func server(secondsAgo: Int64, value: Double = 231.5) throws -> HTTPServerDouble {
    try HTTPServerDouble { request in
      switch request.target.prefix(while: { $0 != "?" }) {
      case "/producer": return .body(CannedResponses.producer(spooled: 600 << 20))
      case "/health": return .body(CannedResponses.health, type: "application/health+json")
      default:
        let newest = Timestamp.now + -secondsAgo * 1_000_000
        let readings = (0..<1000).map { number -> String in
          let time = newest + -Int64(number) * 10_000
          return """
            {"id":\(number),"signal_type":"power","value":\(value),"timestamp":"\(time)","machine":"m"}
            """
        }
        return .body("[\(readings.joined(separator: ","))]")
      }
    }
  }

  private static let checks = [
    ["health", "-w", "5", "-c", "9"], ["health", "-w", "9:", "-c", "~:9"],
    ["fresh", "power", "-w", "5", "-c", "30"],
    ["value", "power", "-w", "100:450", "-c", "50:500"], ["value", "power", "-w", "~:0.5"],
    ["value", "power", "-c", "-3:-1.5"], ["rate", "power", "-w", "90:110"],
    ["rate", "power", "-w", "200:", "-c", "~:150"], ["spool"], ["spool", "-w", "10", "-c", "20"],
  ]

  /// Each value with its thresholds has the same state there as here.
  @Test(arguments: checks, [0, 10, 50] as [Int64])
  func monitoringPluginComesToTheSameState(_ arguments: [String], _ age: Int64) throws {
    let server = try server(secondsAgo: age)
    let outcome = try signals(
      ["check"] + arguments, url: server.url,
      environment: ["SIGNALS_TOKEN": CannedResponses.token])
    let data = try #require(
      outcome.output.dropLast().firstRange(of: " | ").map {
        outcome.output.dropLast()[$0.upperBound...]
      })
    let state = try ChildProcess.output(
      of: "perl",
      [
        "-MMonitoring::Plugin::Performance", "-MMonitoring::Plugin::Functions", "-e",
        """
        my ($worst, $labels) = (0, "");
        for my $p (Monitoring::Plugin::Performance->parse_perfstring($ARGV[0])) {
          my $state = $p->threshold->get_status($p->value);
          $worst = $state if $state > $worst;
          $labels .= " " . $p->label;
        }
        print "$worst$labels";
        """, String(data),
      ])
    let labels = data.split(separator: " ").map { $0.prefix { $0 != "=" } }
    #expect(state == "\(outcome.status) \(labels.joined(separator: " "))", "\(outcome.output)")
    #expect(outcome.output.utf8.count { $0 == 0x0a } == 1)
  }

  @Test(arguments: [(0, "OK", 2), (10, "WARNING", 1), (100, "CRITICAL", 0)])
  func negateTurnsItRound(_ age: Int64, _ name: String, _ status: Int32) throws {
    let server = try server(secondsAgo: age)
    let outcome = try ChildProcess.run(
      "\(plugins)/negate", ["-s", ChildProcess.product("signals-cli"), "check", "fresh", "power"],
      environment: signalsEnvironment(server.url))
    let negated = ["OK": "CRITICAL", "CRITICAL": "OK"][name] ?? name
    // It also replaces the state's name in the text.
    #expect(outcome.output.hasPrefix("SIGNALS \(negated): power is "))
    #expect(outcome.status == status)
  }

  @Test func urlizeTellsTextFromData() throws {
    let server = try server(secondsAgo: 0)
    let outcome = try ChildProcess.run(
      "\(plugins)/urlize",
      [
        "http://x/", ChildProcess.product("signals-cli"), "check", "value", "power", "-w", "500",
        // It runs plugins with an empty environment.
        "--url", server.url,
      ],
      environment: signalsEnvironment(server.url))
    #expect(
      outcome.output.hasPrefix(
        "<A href=\"http://x/\">SIGNALS OK: power is 231.5 </A> |  value=231.5;500"))
    #expect(outcome.status == 0)
  }

  @Test func clustersAreMadeOfItsStates() throws {
    let states = try [0, 10, 100].map { (age: Int64) -> Int32 in
      let server = try server(secondsAgo: age)
      return try signals(["check", "fresh", "power"], url: server.url).status
    }
    let outcome = try ChildProcess.run(
      "\(plugins)/check_cluster",
      [
        "-s", "-l", "signals", "-w", "1", "-c", "2", "-d",
        states.map(String.init).joined(separator: ","),
      ])
    #expect(
      outcome.output
        == "CLUSTER WARNING: signals: 1 ok, 1 warning, 0 unknown, 1 critical\n")
  }

  @Test(arguments: checks)
  func promtoolFindsNoFault(_ arguments: [String]) throws {
    let server = try server(secondsAgo: 0)
    let outcome = try signals(
      ["check"] + arguments + ["--format", "prometheus"], url: server.url,
      environment: ["SIGNALS_TOKEN": CannedResponses.token])
    let probeStatus = try ChildProcess.run("promtool", ["check", "metrics"], input: outcome.output)
    #expect(probeStatus.status == 0, "\(probeStatus.errors)\(outcome.output)")
    #expect(outcome.output.contains("signals_check_status{check=\"\(arguments[0])\""))
  }
}
