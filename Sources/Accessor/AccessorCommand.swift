import ArgumentParser
import EventLoop
import Glibc
import Logging
import Postgres
import Server
import SignalStore
import Signals
import SystemPackage

/// `signals-accessor`: serves readings until stopped.
@main struct AccessorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals-accessor",
    abstract: "Serve readings from PostgreSQL to a web server over FastCGI.",
    discussion: """
      Settings are environment variables, or lines of a .env file in the working directory; \
      .env.example lists them. SIGTERM and Ctrl-C finish accepted requests and exit; SIGHUP \
      reloads keys and client scopes and reopens LOG_FILE. Under systemd it uses an inherited \
      socket (LISTEN_FDS) and reports its state (Type=notify, WatchdogSec=); there SIGTERM leaves \
      new connections to a successor and serves those that the web server keeps open.
      """,
    version: versionLine(of: "signals-accessor"))

  @Flag(
    help: """
      Take over the socket from the process that serves it, which finishes its open connections \
      and exits.
      """)
  var takeOver = false

  @Flag(
    help: .init("Print the query for the newest readings, with its settings.", visibility: .hidden))
  var printQuery = false

  func run() throws {
    guard !printQuery else {
      for (name, value) in ReadingQueries.sessionSettings.sorted(by: { $0.key < $1.key }) {
        print("SET \(name) = '\(value)';")
      }
      return print(ReadingQueries.newest.sql)
    }
    // On the main thread before any other starts, so that all threads leave the signals to it.
    let signals = try SignalSource(MainLoop.signals)
    MainLoop.restrictNewFiles()
    do {
      let manager = try ServiceManager.takeFromEnvironment()
      let settings = try Settings.load()
      let log = try settings.startLogging()
      try AccessorService(AccessorConfiguration(settings)).run(
        until: signals, under: manager, logging: log, takingOver: takeOver)
    } catch let error as InvalidSetting {
      FileDescriptor.standardError.writeLine("signals-accessor: \(error)")
      throw ExitCode(InvalidSetting.exitStatus)
    } catch {
      // Adds context to an error of the system.
      let action = error is Errno ? "cannot start: " : ""
      FileDescriptor.standardError.writeLine("signals-accessor: \(action)\(error)")
      throw ExitCode.failure
    }
  }
}
