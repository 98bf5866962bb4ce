import ArgumentParser
import Glibc
import Signals
import SignalsAPI

/// The entry point: the command tree and the exit status.
@main
struct SignalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals-cli",
    abstract: "Query machine telemetry and control the producer.",
    discussion: """
      Results go to standard output, errors to standard error. Exit status: 0 success, 1 failure, \
      4 token missing or rejected, 64 usage error, 78 invalid context file, 130 interrupted; \
      'check' has its own.

      Environment: SIGNALS_URL, SIGNALS_CONTEXT, SIGNALS_CACERT, SIGNALS_CERT, SIGNALS_KEY, \
      SIGNALS_TOKEN_FILE, SIGNALS_TOKEN (the token itself), SIGNALS_TIMEOUT and SIGNALS_RETRY. \
      Options override the environment, and the environment overrides the current context; \
      'signals-cli config' shows the effective settings. NO_COLOR disables colour.
      """,
    version: versionLine(of: "signals-cli"),
    // Each has an explicit name: deriving it from the type takes a tenth of the start-up time.
    subcommands: [
      Get.self, WatchCommand.self, PlotCommand.self, Types.self, Machines.self, Health.self,
      Check.self,
      Doctor.self, Producer.self, ContextCommand.self, Config.self, Token.self,
    ])

  static var _errorPrefix: String { Failure.prefix }

  static func main() {
    // A reader may close the pipe early: StandardOutput then gets EPIPE.
    signal(SIGPIPE, SIG_IGN)
    holdStandardDescriptors()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == Check.configuration.commandName {
      Check.main(Array(arguments.dropFirst()))
    }
    do {
      try run(arguments)
      // Everything is written. exit(3) would have OpenSSL free what the process takes with it.
      _exit(0)
    } catch let failure as Failure {
      StandardError.write(failure)
      Glibc.exit(failure.status.rawValue)
    } catch {
      // A shell completing a word: an error would land in the middle of the command line.
      if arguments.first == "---completion", !exitCode(for: error).isSuccess { Glibc.exit(1) }
      let status = exitCode(for: error)
      guard !status.isSuccess else { exit(withError: error) }
      StandardError.write(
        Failure.line(ofParser: fullMessage(for: error), for: .standardError))
      Glibc.exit(status.rawValue)
    }
  }

  /// Runs a command line.
  ///
  /// Building the tree of all commands is most of the start-up time, and scripts call `get` in loops:
  /// it is tried as a plain line first, then as a command of its own. Help requests and usage errors
  /// are then handled from the root.
  private static func run(_ arguments: [String]) throws {
    if arguments.first == Get.configuration.commandName {
      let words = Array(arguments.dropFirst())
      if let order = GetInvocation(plain: words) { return try order.run() }
      if let get = try? Get.parse(words) { return try get.run() }
    }
    var command = try parseAsRoot(arguments)
    try command.run()
  }
}
