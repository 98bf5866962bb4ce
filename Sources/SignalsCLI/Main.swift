import ArgumentParser
import Glibc
import Signals

/// The program: its commands, and the one place where it ends.
@main
struct SignalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals-cli",
    abstract: "Ask the telemetry of machines, and drive the producer of it.",
    discussion: """
      Results go to standard output, complaints to standard error. The exit status is 0 when all is \
      good, 1 when it is not, 4 when the server wants another token, 64 when the command line is \
      wrong, 78 when the file of contexts is, 130 after Ctrl-C; 'check' has its own.

      Environment: SIGNALS_URL, SIGNALS_CONTEXT, SIGNALS_CACERT, SIGNALS_CERT, SIGNALS_KEY, \
      SIGNALS_TOKEN_FILE, SIGNALS_TOKEN (the token itself), SIGNALS_TIMEOUT and SIGNALS_RETRY; \
      options win, and contexts come last. 'signals-cli config' shows what holds. NO_COLOR \
      switches colour off.
      """,
    version: version,
    // They have explicit names: to derive them from the types takes a tenth of the time to start.
    subcommands: [
      Get.self, WatchCommand.self, PlotCommand.self, Types.self, Health.self, Check.self,
      Doctor.self, Producer.self, ContextCommand.self, Config.self, Token.self,
    ])

  static var _errorPrefix: String { Failure.prefix }

  static func main() {
    // Whoever reads our output may stop early: StandardOutput then sees EPIPE.
    signal(SIGPIPE, SIG_IGN)
    holdStandardDescriptors()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == Check.configuration.commandName {
      Check.main(Array(arguments.dropFirst()))
    }
    do {
      try run(arguments)
      // All is written. exit(3) would let OpenSSL free one by one what goes with the process.
      _exit(0)
    } catch let failure as Failure {
      StandardError.write(failure)
      Glibc.exit(failure.status.rawValue)
    } catch {
      // A shell asks while somebody types: its terminal is not for complaints.
      if arguments.first == "---completion", !exitCode(for: error).isSuccess { Glibc.exit(1) }
      let status = exitCode(for: error)
      guard !status.isSuccess else { exit(withError: error) }
      StandardError.write(
        Failure.line(ofParser: fullMessage(for: error), for: .standardError))
      Glibc.exit(status.rawValue)
    }
  }

  /// Does what a command line asks for.
  ///
  /// The tree of all commands is most of the time that it takes to start, and scripts call `get`
  /// again and again: it is tried as a plain line first, and then by itself. Whatever else it may be,
  /// help or a mistake, is then found from the root.
  private static func run(_ arguments: [String]) throws {
    if arguments.first == Get.configuration.commandName {
      let words = Array(arguments.dropFirst())
      if let order = GetOrder(plain: words) { return try order.run() }
      if let get = try? Get.parse(words) { return try get.run() }
    }
    var command = try parseAsRoot(arguments)
    try command.run()
  }
}
