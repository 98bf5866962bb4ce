import ArgumentParser
import Curl

/// `signals-cli watch TYPE`
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow the new readings of one type, until Ctrl-C.",
    discussion: """
      On a terminal it is a plot that moves on, with the states of the machines, the newest values \
      and errors; 'q' ends it. Elsewhere, and with --output or --fields, each new reading is a line, oldest first; none comes twice. Where readings come faster than the \
      server can be asked for them it says how many are missing. While the server is away it waits \
      for it, and says so.
      """)

  @OptionGroup var readings: ReadingOptions

  @Option(help: .init("From one question to the next, at most.", valueName: "seconds"))
  var interval: Double = 1

  @Option(
    help: .init("Begin with the newest that are there already, 0 to 1000.", valueName: "n"))
  var last: Int = 0

  @Option(help: .init("How much of the past a terminal shows.", valueName: "seconds"))
  var window: Double = 60

  @Flag(help: "Show a terminal's times in UTC; lines always do.")
  var utc = false

  @OptionGroup var output: WatchOutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard interval.isFinite, (0.1...86_400).contains(interval) else {
      throw ValidationError("'--interval' takes a number of seconds from 0.1 to 86400.")
    }
    guard window.isFinite, (1...86_400).contains(window) else {
      throw ValidationError("'--window' takes a number of seconds from 1 to 86400.")
    }
    guard (0...FollowedType.limit).contains(last) else {
      throw ValidationError("'--last' takes a number from 0 to \(FollowedType.limit).")
    }
  }

  func run() throws {
    let lines = try output.output()
    let interval = Duration.seconds(interval)
    let configuration = try connection.configuration(needsToken: false)
    let api = try SignalsAPI(configuration)
    if !output.wantsLines, LiveTerminal.isPossible {
      let view = LiveView(
        name: readings.name, type: readings.type, server: configuration.base.authority,
        times: utc ? .utc : .local, readings: LiveReadings(window: Int64(window * 1_000_000)))
      var watch = LiveWatch(api, readings, interval: interval, view: view)
      try watch.run()
    } else {
      let followed = FollowedType(
        readings.type, machine: readings.machine, interval: interval, first: last)
      var watch = LineWatch(api, followed, interval: interval, lines)
      try watch.run()
    }
  }
}
