import TestSupport
import Testing

@testable import SignalsCLI

@Suite struct AlertRangeTests {
  /// The table of the guidelines, with the bounds of each range.
  @Test(arguments: [
    ("10", [-0.1, 10.1], [0, 5, 10]), ("10:", [9.9, -3], [10, 1e9]), ("~:10", [10.1], [10, -1e9]),
    ("10:20", [9.9, 20.1], [10, 20]), ("@10:20", [10, 15, 20], [9.9, 20.1]), ("0:0", [1], [0]),
    ("-5:-1", [-5.1, 0], [-5, -1]), ("@~:3", [3, -9], [3.1]), (".5:1.25", [0.4], [0.5, 1.25]),
    (":7", [-1, 8], [0, 7]),
  ])
  func valuesAlertAsTheGuidelinesSay(_ text: String, _ alerting: [Double], _ quiet: [Double])
    throws
  {
    let range = try #require(AlertRange(text))
    for value in alerting { #expect(range.alerts(for: value), "\(value)") }
    for value in quiet { #expect(!range.alerts(for: value), "\(value)") }
  }

  @Test(arguments: [
    "", "@", ":", "@:", "~", "~:", "5:1", "a", "1:2:3", "1e3", "nan", "inf", "1:~", "--1", "0x10",
    "1 :2", "١",
  ])
  func whatIsNoRangeIsRefused(_ text: String) {
    // An unbounded range is valid: it never alerts.
    #expect((AlertRange(text) == nil) == (text != "~:"))
  }

  @Test(arguments: ["10", "10:", "~:10", "10:20", "@10:20", "@5", "~:", "0:", "-5:-1", "0.5:2"])
  func itsTextIsTheShortestOfTheSameMeaning(_ text: String) {
    #expect(AlertRange(text)?.description == text)
  }

  @Test func itAgreesWithMonitoringPlugin() throws {
    var random = SeededGenerator(seed: 5)
    var cases: [(range: String, value: Double)] = []
    for _ in 0..<2000 {
      let start = ["", "~:", ":", "\(Int.random(in: -9...9, using: &random)):"]
        .randomElement(using: &random)!
      let end = Bool.random(using: &random) ? "" : "\(Int.random(in: -9...9, using: &random))"
      let prefix = Bool.random(using: &random) ? "@" : ""
      cases.append((prefix + start + end, Double(Int.random(in: -20...20, using: &random)) / 2))
    }
    let answers = try ChildProcess.output(
      of: "perl",
      [
        "-MMonitoring::Plugin::Range", "-ne",
        """
        BEGIN { $SIG{__WARN__} = sub {} }
        my ($text, $value) = split;
        my $range = $text eq "" ? undef : Monitoring::Plugin::Range->parse_range_string($text);
        print defined $range ? $range->check_range($value) ? "alert\\n" : "quiet\\n" : "none\\n";
        """,
      ], input: cases.map { "\($0.range.isEmpty ? "@" : $0.range) \($0.value)\n" }.joined())
    let theirs = answers.split(separator: "\n").map(String.init)
    #expect(theirs.count == cases.count)
    for ((range, value), answer) in zip(cases, theirs) where !isPeculiar(range) {
      let ours = AlertRange(range).map { $0.alerts(for: value) ? "alert" : "quiet" } ?? "none"
      #expect(ours == answer, "\(range) \(value)")
    }
  }

  /// Where that module deviates: it accepts `~5` for `~:5`, and never alerts for an unbounded range, even
  /// with `@`.
  private func isPeculiar(_ range: String) -> Bool {
    ["~:", "@~:"].contains(range) || range.hasSuffix(":") && range.contains("~")
  }
}
