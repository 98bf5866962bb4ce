import Foundation
import TestSupport
import Testing

/// README.md is what people try first: each command in it is run against a system of this test's own, and
/// prints what is said there.
@Suite struct ReadmeTests {
  /// Those that cannot be run here, and why.
  private static let skipped = [
    "scripts/up --detach": "builds in release mode",
    "signals-cli doctor --url https://plant.example --token-file control-token":
      "another machine, whose database is away",
    "apt install ./signals_0.1.0_amd64.deb        # scripts/package makes it": "root",
    "signals-cli get power --url https://localhost --cacert /etc/nginx/tls/signals.crt":
      "the installed package",
    "signals-cli producer status --url https://localhost --cacert /etc/nginx/tls/signals.crt "
      + "--token-file /etc/credstore/signals.CONTROL_TOKEN": "the installed package",
    "mkdir -p /var/lib/letsencrypt": "root",
    "certbot certonly --webroot -w /var/lib/letsencrypt -d signals.example.com "
      + "--deploy-hook 'systemctl reload nginx'": "root",
    "ln -sf /etc/letsencrypt/live/signals.example.com/fullchain.pem /etc/nginx/tls/signals.crt":
      "root",
    "ln -sf /etc/letsencrypt/live/signals.example.com/privkey.pem /etc/nginx/tls/signals.key":
      "root",
    "nginx -t && systemctl reload nginx": "root",
  ]

  /// Those that go on until somebody has had enough, which is after a line.
  private static let endless = ["signals-cli watch error | jq --unbuffered .value"]

  @Test func itsSamplesAreWhatIsPrinted() throws {
    let page = try ReadmeSample.page()
    let samples = ReadmeSample.all(of: page)
    #expect(Set(Self.skipped.keys).subtracting(samples.map(\.command)) == [], "not in README.md")
    #expect(Set(Self.endless).subtracting(samples.map(\.command)) == [], "not in README.md")
    let bench = try ReadmeBench(page)
    var block = 0
    for sample in samples where Self.skipped[sample.command] == nil {
      // What a block does to the plant is over with it.
      if sample.block != block { try bench.begin() }
      block = sample.block
      var outcome = try bench.run(sample, isEndless: Self.endless.contains(sample.command))
      func isAsSaid() -> Bool {
        outcome.status == bench.status(of: sample)
          && (sample.output.isEmpty || outcome.lines == ReadmeSample.constant(sample.output))
      }
      // A plant takes a while until all has been measured for long enough.
      if bench.isQuestion(sample) {
        _ = try eventually(within: 40) {
          if !isAsSaid() { outcome = try bench.run(sample) }
          return isAsSaid()
        }
      }
      #expect(outcome.status == bench.status(of: sample), "\(sample.command): \(outcome.errors)")
      if !sample.output.isEmpty {
        #expect(outcome.lines == ReadmeSample.constant(sample.output), "\(sample.command)")
      }
    }
  }

  /// The table of failures is tried against small servers elsewhere; what the real one says of a bad
  /// parameter and of an unknown type and machine is as it stands there.
  @Test func whatTheServerRefusesIsAsItSays() throws {
    let page = try ReadmeSample.page()
    let bench = try ReadmeBench(page)
    for (name, command) in [
      ("400", "signals-cli get power --limit 5000"), ("404, a type", "signals-cli get pwoer"),
      ("404, a machine", "signals-cli get power --machine machine-2"),
    ] {
      let row = page.components(separatedBy: "\n").first { $0.hasPrefix("| \(name) |") }
      let cells = (row ?? "").components(separatedBy: "|").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
      let says = try #require(cells.count > 2 ? cells[2] : nil, "no row for \(name)")
      let outcome = try bench.run(.init(command: command, output: [], block: 0))
      // Broken at words, as on a terminal.
      let text = outcome.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let start = says.components(separatedBy: "…")[0].trimmingCharacters(in: .whitespaces)
      #expect(text.contains(": \(start)"), "\(outcome.errors)")
    }
  }

  /// `PATCH /producer` and its like in the table of the API.
  @Test func theOrdersOfTheAPIAreObeyed() throws {
    let page = try ReadmeSample.page()
    let bench = try ReadmeBench(page)
    let orders = page.matches(of: #/\| `(PATCH|POST) (/producer[a-z/]*)` \|[^|]*`(\{.*\})` \|/#)
    #expect(orders.count >= 2)
    for order in orders {
      let answer = try bench.system.control(
        String(order.1), String(order.2), String(order.3))
      #expect((200...201).contains(answer.status), "\(order.0): \(answer.body)")
    }
  }
}
