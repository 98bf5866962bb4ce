import ArgumentParser
import Curl
import SignalsAPI

/// `signals-cli watch TYPE`
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow new readings of a signal type until interrupted.",
    discussion: """
      On a terminal, shows a live plot with machine states, newest values and errors; 'q' quits. \
      Otherwise, and with --output or --fields, prints each new reading once, oldest first. Gaps \
      are reported when readings arrive faster than they can be fetched. While the server is \
      unavailable, it keeps trying.
      """)

  @OptionGroup var readings: ReadingOptions

  @Option(help: .init("Longest time between requests.", valueName: "seconds"))
  var interval: Double = 1

  @Option(
    help: .init("Start with this many existing readings, 0 to 1000.", valueName: "n"))
  var last: Int = 0

  @Option(help: .init("Time span of the plot.", valueName: "seconds"))
  var window: Double = 60

  @Flag(help: "Show times of the plot in UTC; lines always use UTC.")
  var utc = false

  @OptionGroup var output: WatchOutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard interval.isFinite, (0.1...86_400).contains(interval) else {
      throw ValidationError("'--interval' must be a number of seconds from 0.1 to 86400.")
    }
    guard window.isFinite, (1...86_400).contains(window) else {
      throw ValidationError("'--window' must be a number of seconds from 1 to 86400.")
    }
    guard (0...FollowedType.limit).contains(last) else {
      throw ValidationError("'--last' must be an integer from 0 to \(FollowedType.limit).")
    }
  }

  func run() throws {
    let lines = try output.output()
    let interval = Duration.seconds(interval)
    let configuration = try connection.configuration(needsToken: false)
    let api = try SignalsClient(configuration)
    if !output.wantsLines, LiveTerminal.isPossible {
      let view = LiveView(
        name: readings.name, type: readings.type, server: configuration.base.authority,
        times: utc ? .utc : .local, readings: LiveReadings(window: Int64(window * 1_000_000)))
      var watch = LiveWatch(api, readings, interval: interval, view: view)
      try watch.run()
    } else {
      let followed = FollowedType(
        readings.type, machine: readings.machine, interval: interval, first: last)
      var watch = ReadingStream(api, followed, interval: interval, lines)
      try watch.run()
    }
  }
}
