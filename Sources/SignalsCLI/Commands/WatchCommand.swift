import ArgumentParser

/// `signals-cli watch TYPE`
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow the new readings of one type, until Ctrl-C.",
    discussion: """
      Each new reading is a line, oldest first; none comes twice. Where readings come faster than the \
      server can be asked for them it says how many are missing. While the server is away it waits \
      for it, and says so.
      """)

  @OptionGroup var readings: ReadingOptions

  @Option(help: .init("From one question to the next, at most; 1.", valueName: "seconds"))
  var interval: Double = 1

  @Option(
    help: .init("Begin with the newest that are there already, 0 to 1000; 0.", valueName: "n"))
  var last: Int = 0

  @OptionGroup var output: WatchOutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard interval.isFinite, (0.1...86_400).contains(interval) else {
      throw ValidationError("'--interval' takes a number of seconds from 0.1 to 86400.")
    }
    guard (0...FollowedType.limit).contains(last) else {
      throw ValidationError("'--last' takes a number from 0 to \(FollowedType.limit).")
    }
  }

  func run() throws {
    let output = try output.output()
    let interval = Duration.seconds(interval)
    let api = try SignalsAPI(connection.configuration(needsToken: false))
    let followed = FollowedType(
      readings.type, machine: readings.machine, interval: interval, first: last)
    var watch = LineWatch(api, followed, interval: interval, output)
    try watch.run()
  }
}
