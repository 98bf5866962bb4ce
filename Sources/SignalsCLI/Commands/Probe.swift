import ArgumentParser
import Glibc

/// A check: sends a request and reports the result.
protocol Probe: ParsableCommand {
  var options: CheckOptions { get }
  /// Whether a token is required.
  static var needsToken: Bool { get }
  /// The labels of the result: `("type", "power")`.
  var subject: [(name: String, value: String)] { get }

  func report(_ api: inout SignalsClient) throws(Failure) -> ProbeReport
}

extension Probe {
  static var needsToken: Bool { false }

  func run() {
    let subject = [(name: "check", value: Self.configuration.commandName ?? "")] + subject
    let limit = options.timeout
    let late = ProbeReport(.critical, "timed out after \(limit.withoutExponent) s")
    let watchdog = ProbeTimer(
      .seconds(limit), saying: late.text(as: options.format, about: subject, isVerbose: false),
      status: late.exitStatus(warningIsOK: options.warnOk))
    let report: ProbeReport
    do {
      var api = try SignalsClient(options.configuration(needsToken: Self.needsToken))
      report = try self.report(&api)
    } catch {
      report = ProbeReport(error)
    }
    let status = report.exitStatus(warningIsOK: options.warnOk)
    watchdog.settle(status: status)
    let text = report.text(as: options.format, about: subject, isVerbose: options.verbose > 0)
    do {
      try StandardOutput.write(text)
    } catch {
      StandardError.write(error)
      _exit(ProbeStatus.unknown.rawValue)
    }
    // A hanging name lookup would block exit(3).
    _exit(status)
  }
}
