import ArgumentParser
import Glibc
import Signals

/// `signals-cli check …`
///
/// Its exit statuses are those of a probe, whatever happens, so it also parses its command line and
/// ends by itself: https://www.monitoring-plugins.org/doc/guidelines.html
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", _superCommandName: "signals-cli",
    abstract: "Probe the system for Nagios, Icinga, Prometheus, Kubernetes and the like.",
    discussion: """
      Says one line, and the exit status is 0 when all is OK, 1 for WARNING, 2 for CRITICAL and 3 for \
      UNKNOWN, as for a wrong command line or a token that is not accepted.

      A range is [@]START:END. A value outside of it alerts, or, after @, one inside; the ends \
      belong to it. START: has no end, ~:END has no start, and END alone starts at 0.
      """,
    subcommands: [
      CheckHealth.self, CheckFresh.self, CheckValue.self, CheckRate.self, CheckSpool.self,
    ])

  func run() throws { throw Failure(.usage, "check what? \(Self.names.joined(separator: ", "))") }

  static func main(_ arguments: [String]) -> Never {
    guard !arguments.contains(where: { ["-V", "--version"].contains($0) }) else {
      end(saying: "signals-cli \(version)\n", .unknown)
    }
    do {
      if let name = arguments.first, !name.hasPrefix("-"), !(names + ["help"]).contains(name) {
        let suggestion = closest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        throw Failure(
          .usage, "there is no check '\(name)'\(suggestion)",
          advice: "one of \(names.joined(separator: ", "))")
      }
      var command = try parseAsRoot(arguments)
      try command.run()
      Glibc.exit(Verdict.ok.rawValue)
    } catch let failure as Failure {
      refuse(ProbeReport(failure), arguments)
    } catch  where exitCode(for: error).isSuccess {
      end(saying: fullMessage(for: error) + "\n", .unknown)
    } catch {
      let reason = message(for: error).split(separator: "\n").first ?? "wrong command line"
      refuse(ProbeReport(.unknown, String(reason).lowercasedFirst), arguments)
    }
  }

  /// Ends with what is wrong with the command line. Monitoring reads standard output and nothing else; a
  /// file that somebody publishes gets what that format has for it, and a person the reason.
  private static func refuse(_ report: ProbeReport, _ arguments: [String]) -> Never {
    let order = MisreadCheck(arguments, checks: names)
    if order.format != .nagios { StandardError.remark(report.text) }
    guard let format = order.format else { end(saying: "", .unknown) }
    end(saying: report.text(as: format, about: order.subject, isVerbose: false), .unknown)
  }

  private static func end(saying text: String, _ verdict: Verdict) -> Never {
    try? StandardOutput.write(text)
    Glibc.exit(verdict.rawValue)
  }

  private static var names: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName }
  }
}
