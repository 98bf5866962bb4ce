import ArgumentParser
import Glibc
import Signals
import SignalsAPI
import Spelling

/// `signals-cli check …`
///
/// Every outcome maps to the exit status of a monitoring plugin, so it parses its own command line:
/// https://www.monitoring-plugins.org/doc/guidelines.html
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", _superCommandName: "signals-cli",
    abstract: "Run a check for Nagios, Icinga, Prometheus or Kubernetes.",
    discussion: """
      Prints one line. Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; usage errors and \
      rejected tokens are UNKNOWN.

      A range is [@]START:END, both ends included. Values outside alert or, with @, values inside. \
      END alone means 0:END, START: has no upper bound, ~:END has no lower bound.
      """,
    subcommands: [
      CheckHealth.self, CheckFresh.self, CheckValue.self, CheckRate.self, CheckSpool.self,
    ])

  func run() throws {
    throw Failure(.usage, "missing check (\(Self.names.joined(separator: ", ")))")
  }

  static func main(_ arguments: [String]) -> Never {
    guard !arguments.contains(where: { ["-V", "--version"].contains($0) }) else {
      end(saying: "\(versionLine(of: "signals-cli"))\n", .unknown)
    }
    do {
      if let name = arguments.first, !name.hasPrefix("-"), !(names + ["help"]).contains(name) {
        let suggestion = closest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        throw Failure(
          .usage, "unknown check '\(name)'\(suggestion)",
          advice: "one of \(names.joined(separator: ", "))")
      }
      var command = try parseAsRoot(arguments)
      try command.run()
      Glibc.exit(ProbeStatus.ok.rawValue)
    } catch let failure as Failure {
      refuse(ProbeReport(failure), arguments)
    } catch  where exitCode(for: error).isSuccess {
      end(saying: fullMessage(for: error) + "\n", .unknown)
    } catch {
      let reason = message(for: error).split(separator: "\n").first ?? "invalid command line"
      refuse(ProbeReport(.unknown, String(reason).lowercasedFirst), arguments)
    }
  }

  /// Reports a usage error and exits. Monitoring reads standard output only; the other formats get an
  /// UNKNOWN result there and the reason on standard error.
  private static func refuse(_ report: ProbeReport, _ arguments: [String]) -> Never {
    let order = UnparsedCheck(arguments, checks: names)
    if order.format != .nagios { StandardError.remark(report.text) }
    guard let format = order.format else { end(saying: "", .unknown) }
    end(saying: report.text(as: format, about: order.subject, isVerbose: false), .unknown)
  }

  private static func end(saying text: String, _ probeStatus: ProbeStatus) -> Never {
    try? StandardOutput.write(text)
    Glibc.exit(probeStatus.rawValue)
  }

  private static var names: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName }
  }
}
