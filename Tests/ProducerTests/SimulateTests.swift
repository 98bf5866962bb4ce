import Foundation
import Signals
import Simulation
import TestSupport
import Testing
import Time

@testable import Producer

/// `signals-producer simulate`, and the text that it writes.
@Suite struct SimulateTests {
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  private func simulate(_ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      ChildProcess.product("signals-producer"), ["simulate"] + arguments,
      environment: ["PRODUCER_SEED": "not read"])
  }

  private func minute(_ arguments: [String] = []) throws -> String {
    let outcome = try ChildProcess.run(
      ChildProcess.product("signals-producer"),
      ["simulate", "--from", "2026-11-24T10:00:00Z", "--to", "2026-11-24T11:01:00+01:00"]
        + arguments)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    return outcome.output
  }

  /// What it should write, from the machines themselves.
  private func readings(_ plan: Plan) -> [Reading] {
    var fleet = Fleet(plan)
    var readings: [Reading] = []
    fleet.append(from: noon, to: noon + 60_000_000, &readings)
    return readings.sorted { ($0.time, $0.machine, $0.type) < ($1.time, $1.machine, $1.type) }
  }

  private func reading(_ machine: String, _ type: String, _ value: Double, _ time: String) throws
    -> Reading
  {
    let plan = Plan(machines: 10_000, seed: 0, rates: .standard)
    let signal = try #require(SimulatedSignal.allCases.first { $0.name == type })
    return Reading(
      machine: try #require(plan.machineNumber(machine)), type: signal.rawValue, value: value,
      time: try #require(Timestamp(time)))
  }

  @Test func csvIsTheStreamInTheOrderOfTimeMachineAndType() throws {
    let text = try minute(["--machines", "12", "--seed", "5", "--power-hz", "50"])
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "machine,signal_type,value,timestamp")
    let found = try lines.dropFirst().map { line in
      let fields = line.split(separator: ",").map(String.init)
      return try reading(fields[0], fields[1], try #require(Double(fields[2])), fields[3])
    }
    var plan = Plan(machines: 12, seed: 5, rates: .standard)
    plan.rates = try plan.rates.changed(powerHertz: 50)
    #expect(found == readings(plan))
    #expect(text.hasSuffix("Z\n"))
  }

  @Test func ndjsonIsTheSameStream() throws {
    let found = try minute(["--format", "ndjson", "--seed", "9"]).split(separator: "\n").map {
      let object = try JSONSerialization.jsonObject(with: Data($0.utf8))
      let members = try #require(object as? [String: Any])
      #expect(members.count == 4)
      return try reading(
        #require(members["machine"] as? String), #require(members["signal_type"] as? String),
        #require(members["value"] as? Double), #require(members["timestamp"] as? String))
    }
    #expect(found == readings(Plan(machines: 1, seed: 9, rates: .standard)))
  }

  @Test func aScenarioBeginsWithTheStretch() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(
      #"{"events": [{"after_seconds": 20, "machines": "all", "fault": {"code": 99, "stop_seconds": 9}}]}"#,
      to: "scenario.json")
    let text = try minute(["--scenario", path])
    let minuteOfCalm = try minute()
    #expect(text.contains("\nmachine-1,error,99,2026-11-24T10:00:20.000000Z\n"))
    let fault = "2026-11-24T10:00:20"
    let before = text.split(separator: "\n").prefix { !$0.contains(fault) }
    #expect(before == minuteOfCalm.split(separator: "\n").prefix { !$0.contains(fault) })
    #expect(text.contains(/power,1[01].\.?.?,2026-11-24T10:00:2[2-5]/))
  }

  /// Whatever the edges, stretches that follow each other make up the whole.
  @Test func stretchesThatFollowEachOtherAreTheWhole() throws {
    var plan = Plan(machines: 40, seed: 3, rates: .standard)
    plan.rates = try Rates(
      powerHertz: 100, stateChange: .init(min: 0.01, max: 0.02), error: .init(min: 0.01, max: 0.03))
    func tell(_ start: Timestamp, _ end: Timestamp) -> [Reading] {
      var ordered = OrderedReadings(plan, from: start, to: end)
      var told: [Reading] = []
      var stretch: [Reading] = []
      while ordered.next(&stretch) { told += stretch }
      return told
    }
    let whole = tell(noon, noon + 9_000_000)
    #expect(
      zip(whole, whole.dropFirst()).allSatisfy {
        ($0.time, $0.machine, $0.type) < ($1.time, $1.machine, $1.type)
      })
    var fleet = Fleet(plan)
    var made: [Reading] = []
    fleet.append(from: noon, to: noon + 9_000_000, &made)
    #expect(Set(made) == Set(whole) && made.count == whole.count)
    let cuts = [0, 1, 2, 9_999, 10_000, 10_001, 4_096_000, 4_100_001, 9_000_000].map { noon + $0 }
    #expect(zip(cuts, cuts.dropFirst()).flatMap { tell($0, $1) } == whole)
  }

  @Test func numbersAreWrittenAsTheAPIDoes() {
    let lines = ReadingTextEncoder(.csv, machines: 1)
    for (value, text) in [
      (0, "0"), (0.1, "0.1"), (-0.5, "-0.5"), (9.9, "9.9"), (10, "10"), (131, "131"),
      (499.9, "499.9"), (-1234567, "-1234567"),
    ] as [(Double, String)] {
      let line = lines.text([Reading(machine: 0, type: 1, value: value, time: noon)])
      #expect(
        String(decoding: line, as: UTF8.self)
          == "machine-1,power,\(text),2026-11-24T10:00:00.000000Z\n")
    }
  }

  @Test(arguments: [
    (["--to", "2026-11-24T10:00:00Z"], "Missing expected argument '--from <time>'"),
    (["--from", "yesterday"], "The start, RFC 3339, such as 2026-11-24T10:00:00Z."),
    (
      ["--from", "2026-11-24T10:00:00Z", "--to", "2026-11-24T10:00:00Z"],
      "'--from' must be before '--to'."
    ),
    (["--machines", "10001"], "'--machines' must be an integer from 1 to 10000 (got 10001)."),
    (["--power-hz", "3"], "'--power-hz': power rate must be one of 1, 2, 4, 5, 8, 10,"),
    (
      ["--machines", "1001", "--power-hz", "1000"],
      "1001 machines at 1000 Hz are too many (at most 1000000 power readings a second"
    ),
    (["--format", "xml"], "Please provide one of 'csv' and 'ndjson'."),
    (["--seed", "-1"], "The random seed; the same seed gives the same"),
  ])
  func aBadArgumentIsNamedWithWhatIsAccepted(arguments: [String], complaint: String) throws {
    let whole =
      arguments.contains("--from") || arguments.contains("--to")
      ? arguments : arguments + ["--from", "2026-11-24T10:00:00Z", "--to", "2026-11-24T10:00:01Z"]
    let outcome = try ChildProcess.run(
      ChildProcess.product("signals-producer"), ["simulate"] + whole)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
  }

  @Test func aPipeThatNobodyReadsAnyMoreIsNoError() throws {
    let outcome = try shell("| head -n 2; echo ${PIPESTATUS[0]}")
    #expect(outcome.output.hasSuffix("Z\n0\n"))
    #expect(outcome.errors.isEmpty)
  }

  @Test func aFullDiskIsAnErrorInOneLine() throws {
    let outcome = try shell("> /dev/full")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "signals-producer: cannot write to standard output: No space left on device\n")
  }

  /// An hour, with the rest of a command line.
  private func shell(_ rest: String) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      "bash",
      [
        "-c",
        """
        \(ChildProcess.product("signals-producer")) simulate \
          --from 2026-11-24T10:00:00Z --to 2026-11-24T11:00:00Z \(rest)
        """,
      ])
  }
}
