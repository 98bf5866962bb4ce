import ArgumentParser
import EventLoop
import Glibc
import Logging
import Postgres
import Server
import SignalStore
import Signals
import SystemPackage

/// `signals-producer`: simulates machines and stores their readings.
@main struct ProducerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals-producer",
    abstract: "Simulate machines and store their readings in PostgreSQL.",
    discussion: """
      Settings are environment variables, or lines of a .env file in the working directory; \
      .env.example lists them. SIGTERM and Ctrl-C stop the simulation, spend up to 4 seconds \
      storing what is in the spool, and exit; SIGHUP reloads keys and client scopes and reopens \
      LOG_FILE. Under systemd it uses an inherited socket (LISTEN_FDS) and reports its state \
      (Type=notify, WatchdogSec=).
      """,
    version: versionLine(of: "signals-producer"),
    subcommands: [Run.self, Migrate.self, VerifyCommand.self, SimulateCommand.self],
    defaultSubcommand: Run.self)

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create or update the schema, then simulate and store until stopped.")

    @Option(
      help: .init(
        "A scenario file, in place of PRODUCER_SCENARIO.", valueName: "file"))
    var scenario: String?

    func run() throws {
      // On the main thread before any other starts, so that all threads leave the signals to it.
      let signals = try SignalSource(MainLoop.signals)
      MainLoop.restrictNewFiles()
      try ProducerCommand.orExit {
        let manager = try ServiceManager.takeFromEnvironment()
        let settings = try ProducerCommand.loadSettings()
        let log = try settings.startLogging()
        do {
          try ProducerService(ProducerConfiguration(settings, scenario: scenario)).run(
            until: signals, under: manager, logging: log)
        } catch let error as Errno {
          throw StartFailure(error: error)
        }
      }
    }
  }

  struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create the database if missing, and update its schema.",
      discussion: """
        Also creates the roles signals_owner, which owns the tables, signals_writer, for the \
        producer, and signals_reader, for the accessor, if its own user (DB_ADMIN_USER, or DB_USER \
        if unset) has the privileges.
        """)

    func run() throws {
      MainLoop.restrictNewFiles()
      let settings = try ProducerCommand.loadSettings()
      try ProducerCommand.orExit {
        _ = try settings.startLogging()
        let database = try settings.administeredDatabase(applicationName: "signals-producer")
        let outcome = try Migrator(database, timeouts: Migrator.timeouts)
          .migrate(makesRoles: true)
        Logger(label: "migrate").info("\(outcome.summary)")
      }
    }
  }

  /// Adds context to an error of the system.
  private struct StartFailure: Error, CustomStringConvertible {
    let error: Errno
    var description: String { "cannot start: \(error)" }
  }

  static func loadSettings() throws -> Settings {
    do {
      return try Settings.load()
    } catch {
      FileDescriptor.standardError.writeLine("signals-producer: \(error)")
      throw ExitCode(InvalidSetting.exitStatus)
    }
  }

  /// Runs `body`; reports an error on one line and exits with a matching status.
  static func orExit(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let exit as ExitCode {
      throw exit
    } catch {
      FileDescriptor.standardError.writeLine("signals-producer: \(error)")
      let needsOtherSettings: Bool =
        switch error {
        case is InvalidSetting, MigrationError.databaseIsNewer: true
        default: false
        }
      throw ExitCode(needsOtherSettings ? InvalidSetting.exitStatus : EXIT_FAILURE)
    }
  }
}
