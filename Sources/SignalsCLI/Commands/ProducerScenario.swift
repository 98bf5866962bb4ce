import ArgumentParser
import SignalsAPI
import Time

/// `signals-cli producer scenario [FILE]`
struct ProducerScenario: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario", abstract: "Show, start or end a scenario of faults, stops and loads.",
    discussion: """
      With a file, starts its scenario now and replaces the current one; without, shows the current \
      one. A scenario is JSON: {"events": [{"after_seconds": 60, "machines": "all", \
      "load": {"factor": 0.5, "seconds": 300}}]}
      """)

  @Argument(help: "Scenario file; - for standard input.", completion: .file())
  var file: String?

  @Flag(help: "End the current scenario.")
  var clear = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard file == nil || !clear else {
      throw ValidationError("'--clear' cannot be combined with a file.")
    }
  }

  func run() throws {
    let order = try file.map { file throws(Failure) in try Self.contents(file) }
    var api = try SignalsClient(connection.configuration(needsToken: true))
    guard order != nil || clear else {
      try output.show(try api.scenario()) { scenario in
        guard !scenario.events.isEmpty else {
          StandardError.remark("no scenario")
          return []
        }
        return [Table(scenario: scenario, times: .local, now: .now)]
      }
      return
    }
    let before = try api.scenario().content()
    if let question = Confirmation(ending: before, now: .now) { try confirmation.ask(question) }
    let answer =
      try order.map { order throws(Failure) in try api.beginScenario(order) }
      ?? api.endScenario()
    switch output.format {
    case .json: try StandardOutput.write(try answer.json())
    case .table: try StandardOutput.write(Self.change(before, try answer.content()))
    }
  }

  private static func change(_ before: API.Scenario, _ after: API.Scenario) -> String {
    let events = [before, after].map { count($0.events.count, "event") }
    let line = Table(properties: [
      (name: "scenario", value: .init("\(events[0]) → \(events[1])"))
    ])
    let tables =
      [line]
      + (after.events.isEmpty ? [] : [Table(scenario: after, times: .local, now: .now)])
    return tables.map { $0.text(for: .standardOutput) }.joined(separator: "\n")
  }

  private static func contents(_ file: String) throws(Failure) -> [UInt8] {
    do {
      return try SignalsCLI.contents(ofFile: file == "-" ? "/dev/stdin" : file)
    } catch {
      throw Failure(.usage, "cannot read \(file): \(error.description)")
    }
  }
}

extension Confirmation {
  /// nil when no event is still to come.
  init?(ending scenario: API.Scenario, now: Timestamp) {
    let left = scenario.events.count { $0.time >= now }
    guard left > 0 else { return nil }
    self.init("\(count(left, "pending event")) will be discarded", "Continue?")
  }
}
