import Foundation
import TestSupport
import Testing

/// The documents are what people try first: each command in README.md, in the catalogue, in the manual pages
/// and in README.Debian is run against a system of this test's own, and prints what is said there.
@Suite(.serialized) struct ReadmeTests {
  /// Those that cannot be run here, and why.
  private static let skipped = [
    "scripts/up --detach": "builds in release mode",
    "signals-cli doctor --url https://plant.example --token-file control-token":
      "another machine, whose database is away",
  ]

  /// That of a page of the catalogue.
  private func page(_ name: String) throws -> ReadmeDocument {
    try ReadmeDocument("\(ReadmeDocument.catalogue)/\(name).md")
  }

  @Test(arguments: try ReadmeDocument.all())
  func itsSamplesAreWhatIsPrinted(document: ReadmeDocument) throws {
    var samples = ReadmeSample.all(of: document.text)
    // The installed package, as root: that it is a command at all.
    for sample in samples where sample.isForRoot {
      let outcome = try ChildProcess.run("bash", ["-n", "-c", sample.command])
      #expect(outcome.status == 0, "\(sample.command): \(outcome.errors)")
    }
    samples.removeAll { $0.isForRoot || Self.skipped[$0.command] != nil }
    guard !samples.isEmpty else { return }
    let bench = try ReadmeBench(document)
    var block: Int?
    for sample in samples {
      // What a block does to the plant is over with it.
      if sample.block != block { try bench.begin() }
      block = sample.block
      // Those go on until somebody has had enough, which is after a line.
      let isEndless = sample.command.contains("signals-cli watch ")
      var outcome = try bench.run(sample, isEndless: isEndless)
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

  @Test func whatIsSkippedIsShownSomewhere() throws {
    let commands = try ReadmeDocument.all().flatMap { ReadmeSample.all(of: $0.text) }.map(\.command)
    #expect(Set(Self.skipped.keys).subtracting(commands) == [])
  }

  @Test func theReadmeIsShort() throws {
    #expect(try ReadmeDocument("README.md").text.utf8.count <= 10_240)
  }

  @Test(arguments: try ReadmeDocument.pages())
  func itsLinksLeadSomewhere(document: ReadmeDocument) throws {
    let folder = NginxServer.repository.appendingPathComponent(document.path)
      .deletingLastPathComponent().path
    for link in document.text.matches(of: #/\]\(([^)#\s]+)\)/#)
    where !link.1.contains("://") {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(link.1)"), "\(link.1)")
    }
  }

  /// The table of failures is tried against small servers elsewhere; what the real one says of a bad
  /// parameter and of an unknown type and machine is as it stands there.
  @Test func whatTheServerRefusesIsAsItSays() throws {
    let page = try page("CommandLine")
    let bench = try ReadmeBench(page)
    for (name, command) in [
      ("400", "signals-cli get power --limit 5000"), ("404, a type", "signals-cli get pwoer"),
      ("404, a machine", "signals-cli get power --machine machine-2"),
    ] {
      let row = page.text.components(separatedBy: "\n").first { $0.hasPrefix("| \(name) |") }
      let cells = (row ?? "").components(separatedBy: "|").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
      let says = try #require(cells.count > 2 ? cells[2] : nil, "no row for \(name)")
      let outcome = try bench.run(
        .init(command: command, isForRoot: false, output: [], block: 0))
      // Broken at words, as on a terminal.
      let text = outcome.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let start = says.components(separatedBy: "…")[0].trimmingCharacters(in: .whitespaces)
      #expect(text.contains(": \(start)"), "\(outcome.errors)")
    }
  }

  /// `PATCH /producer` and its like in the table of the API.
  @Test func theOrdersOfTheAPIAreObeyed() throws {
    let page = try page("API")
    let bench = try ReadmeBench(page)
    let orders = page.text.matches(
      of: #/\| `(PATCH|POST) (/producer[a-z/]*)` \|[^|]*`(\{.*\})` \|/#)
    #expect(orders.count >= 2)
    for order in orders {
      let answer = try bench.system.control(
        String(order.1), String(order.2), String(order.3))
      #expect((200...201).contains(answer.status), "\(order.0): \(answer.body)")
    }
  }
}
