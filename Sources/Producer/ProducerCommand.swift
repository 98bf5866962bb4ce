import ArgumentParser
import EventLoop
import Glibc
import Logging
import Postgres
import Server
import SignalStore
import Signals
import SystemPackage

/// `signals-producer`: simulates machines and writes what they give off.
@main struct ProducerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals-producer",
    abstract: "Simulates machines and writes their signals into PostgreSQL.",
    discussion: """
      Settings are environment variables, or lines of a .env file in the working directory; \
      .env.example lists them all. SIGTERM and Ctrl-C stop the simulation, write what is in \
      memory and end the program; SIGHUP reads keys and client scopes again and reopens LOG_FILE. \
      Under systemd it takes the socket that it is given \
      (LISTEN_FDS) and tells when it serves, stops and is alive (Type=notify, WatchdogSec=).
      """,
    version: version,
    subcommands: [Run.self, Migrate.self, VerifyCommand.self, SimulateCommand.self],
    defaultSubcommand: Run.self)

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create what the database lacks, then simulate and write until stopped.")

    @Option(
      help: .init(
        "What happens to the machines when, instead of PRODUCER_SCENARIO.", valueName: "file"))
    var scenario: String?

    func run() throws {
      // On the first thread and before there is another, so that all of them leave the signals to us.
      let signals = try SignalSource(MainLoop.signals)
      MainLoop.restrictNewFiles()
      try ProducerCommand.orExit {
        let manager = try ServiceManager.takeFromEnvironment()
        let settings = try ProducerCommand.loadSettings()
        let log = try settings.startLogging()
        do {
          try ProducerService(Configuration(settings, scenario: scenario)).run(
            until: signals, under: manager, logging: log)
        } catch let error as Errno {
          throw StartFailure(error: error)
        }
      }
    }
  }

  struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create the database when it is missing, bring its tables up to date, and end.",
      discussion: """
        It also makes the roles signals_owner, which owns the tables, signals_writer, for the \
        producer, and signals_reader, for the accessor, when its own user may: DB_ADMIN_USER, or \
        DB_USER where that is left out.
        """)

    func run() throws {
      MainLoop.restrictNewFiles()
      let settings = try ProducerCommand.loadSettings()
      try ProducerCommand.orExit {
        _ = try settings.startLogging()
        let database = try settings.administeredDatabase(applicationName: "signals-producer")
        let outcome = try Migrator(database, patience: Migrator.patience)
          .migrate(makesRoles: true)
        Logger(label: "migrate").info("\(outcome.summary)")
      }
    }
  }

  /// A bare error of the system says nothing of what was done.
  private struct StartFailure: Error, CustomStringConvertible {
    let error: Errno
    var description: String { "the service cannot run: \(error)" }
  }

  static func loadSettings() throws -> Settings {
    do {
      return try Settings.load()
    } catch {
      FileDescriptor.standardError.writeLine("signals-producer: \(error)")
      throw ExitCode(InvalidSetting.exitStatus)
    }
  }

  /// Tells why `body` failed, on one line, and by the exit status.
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
