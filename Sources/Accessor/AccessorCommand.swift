import ArgumentParser
import EventLoop
import Glibc
import Logging
import Server
import Signals
import SystemPackage

/// `signals-accessor`: reads its settings, serves until it is told to stop.
@main struct AccessorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals-accessor",
    abstract: "Serves readings from PostgreSQL to a web server, by FastCGI.",
    discussion: """
      Settings are environment variables, or lines of a .env file in the working directory; \
      .env.example lists them all. SIGTERM and Ctrl-C finish what was accepted and stop; \
      SIGHUP reads keys and client scopes again and reopens LOG_FILE. \
      Under systemd it takes the socket that it is given (LISTEN_FDS) and tells when it serves, \
      stops and is alive (Type=notify, WatchdogSec=); there SIGTERM leaves new connections to \
      whoever shares the socket and serves those that the web server keeps open.
      """,
    version: version)

  @Flag(
    help: """
      Take the socket from the process that serves it, which then serves the connections that \
      are open and ends.
      """)
  var takeOver = false

  func run() throws {
    // On the first thread and before there is another, so that all of them leave the signals to us.
    let signals = try SignalSource(MainLoop.signals)
    MainLoop.restrictNewFiles()
    do {
      let manager = try ServiceManager.takeFromEnvironment()
      let settings = try Settings.load()
      let log = try settings.startLogging()
      try AccessorService(Configuration(settings)).run(
        until: signals, under: manager, logging: log, takingOver: takeOver)
    } catch let error as InvalidSetting {
      FileDescriptor.standardError.writeLine("signals-accessor: \(error)")
      throw ExitCode(InvalidSetting.exitStatus)
    } catch {
      // A bare error of the system says nothing of what was done.
      let action = error is Errno ? "the service cannot run: " : ""
      FileDescriptor.standardError.writeLine("signals-accessor: \(action)\(error)")
      throw ExitCode.failure
    }
  }
}
