import ArgumentParser
import Glibc
import SignalsAPI

/// `signals-cli producer status`
struct ProducerStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the state of the producer.")

  @Flag(help: "Refresh until interrupted; off a terminal, print a JSON line each time.")
  var watch = false

  @Option(help: .init("Time between refreshes with --watch.", valueName: "seconds"))
  var interval: Double = 1

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard interval.isFinite, (0.1...86_400).contains(interval) else {
      throw ValidationError("'--interval' must be a number of seconds from 0.1 to 86400.")
    }
  }

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: true))
    guard watch else {
      try output.show(try api.producer()) { [Table(producer: $0, times: .local)] }
      return
    }
    let target = OutputTarget.standardOutput
    let format = output.chosen ?? (target.isTerminal ? .table : .json)
    var screen = Redraw(on: format == .json ? .plain : target)
    while try screen.show(look(&api, format)) {
      poll(nil, 0, Int32(interval * 1000))
    }
  }

  /// The state, or the failure: the next request may succeed.
  private func look(
    _ api: inout SignalsClient, _ format: OutputOptions.Format
  ) throws(Failure) -> Redraw.Frame {
    do {
      let answer = try api.producer()
      switch format {
      case .json: return .line(try answer.json())
      case .table: return .screen([Table(producer: try answer.content(), times: .local)])
      }
    } catch  where error.status == .failed {
      return .complaint(error)
    }
  }
}
