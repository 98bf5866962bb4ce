import ArgumentParser
import Glibc

/// `signals-cli producer status`
struct ProducerStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what the producer is doing.")

  @Flag(help: "Show it again and again, until Ctrl-C; to a program as a line of JSON each time.")
  var watch = false

  @Option(help: .init("From one look to the next with --watch; 1.", valueName: "seconds"))
  var interval: Double = 1

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard interval.isFinite, (0.1...86_400).contains(interval) else {
      throw ValidationError("'--interval' takes a number of seconds from 0.1 to 86400.")
    }
  }

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    guard watch else {
      try output.show(try api.producer()) { [Table(producer: $0, times: .local)] }
      return
    }
    let medium = Medium.standardOutput
    let format = output.chosen ?? (medium.isTerminal ? .table : .json)
    var screen = Redrawing(on: format == .json ? .plain : medium)
    while try screen.show(look(&api, format)) {
      poll(nil, 0, Int32(interval * 1000))
    }
  }

  /// The state or, as the next look may well succeed, what failed.
  private func look(
    _ api: inout SignalsAPI, _ format: OutputOptions.Format
  ) throws(Failure) -> Redrawing.Frame {
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
