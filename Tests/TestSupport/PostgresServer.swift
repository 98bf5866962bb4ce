import Foundation
public import Postgres
import Synchronization

/// A PostgreSQL cluster of the test's own, reached by a unix socket; stopped and removed with it.
///
/// PostgreSQL refuses to run as root, so as root it is run as user `postgres`.
// Tests that stop and start a server own it alone; the shared one is only asked for databases.
public final class PostgresServer: @unchecked Sendable {
  /// One cluster for all tests that do not stop it; each makes a database of its own in it.
  public static let shared = Result { try PostgresServer(removesItself: true) }

  /// Ends the server when its standard input ends, so that not even a killed test leaves one behind.
  private static let keeper = """
    directory=$1; remove=$2; shift 2; exec >>"$directory/log" 2>&1
    "$@" </dev/null &
    read -r _
    kill -INT $!
    wait $!
    [ "$remove" = no ] || rm -rf "$directory"
    """

  /// Where the data, the log and the socket are.
  public var directory: String { cluster.path }
  private let cluster: TemporaryDirectory
  private let port: Int
  private let removesItself: Bool
  private var process: Process?
  private var input: Pipe?
  private let databases = Atomic(0)

  /// Options of the server, beyond those that make it ours.
  private let options: [String]

  public convenience init() throws { try self.init(removesItself: false) }

  /// A server that also listens at a TCP port of 127.0.0.1, with TLS and passwords (SCRAM) only.
  public convenience init(port: Int, certificate: TestCertificates.Pair) throws {
    try self.init(
      removesItself: false, options: ["ssl=on", "listen_addresses=127.0.0.1"], port: port
    ) {
      directory in
      try certificate.copy(to: "\(directory)/data/server")
      try "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
        .write(toFile: "\(directory)/data/pg_hba.conf", atomically: false, encoding: .utf8)
      guard let owner = getpwnam("postgres"), getuid() == 0 else { return }
      chown("\(directory)/data/server.crt", owner.pointee.pw_uid, owner.pointee.pw_gid)
      chown("\(directory)/data/server.key", owner.pointee.pw_uid, owner.pointee.pw_gid)
    }
  }

  private init(
    removesItself: Bool, options: [String] = [], port: Int = 5432,
    prepare: (_ directory: String) throws -> Void = { _ in }
  ) throws {
    cluster = try PostgresServer.makeCluster()
    self.removesItself = removesItself
    self.options = options.flatMap { ["-c", $0] }
    self.port = port
    try prepare(cluster.path)
    try start()
  }

  /// A standby made of a copy of this server (`pg_basebackup`), not started. It takes nothing more from
  /// the original, so it lags ever more.
  public func makeLaggingStandby() throws -> PostgresServer {
    let cluster = try copy()
    try cluster.write([], to: "data/standby.signal")
    return PostgresServer(cluster: cluster, options: options, port: port)
  }

  /// A standby made of a copy of this server, started, that follows it.
  public func makeStandby() throws -> PostgresServer {
    let standby = PostgresServer(cluster: try copy("-R"), options: options, port: port)
    try standby.start()
    return standby
  }

  private func copy(_ arguments: String...) throws -> TemporaryDirectory {
    let cluster = try PostgresServer.makeDirectory()
    let command =
      PostgresServer.asDatabaseUser + [
        "\(try PostgresServer.programs())/pg_basebackup", "-D", cluster.file("data"), "-h",
        directory, "-p", "\(port)", "-U", "postgres", "-X", "stream", "-c", "fast", "--no-sync",
      ] + arguments
    try ChildProcess.output(of: command[0], Array(command.dropFirst()))
    return cluster
  }

  private init(cluster: TemporaryDirectory, options: [String], port: Int) {
    self.cluster = cluster
    self.options = options
    self.port = port
    removesItself = false
  }

  /// Makes a primary of a standby.
  public func promote() throws {
    try PostgresConnection(parameters()).execute("SELECT pg_promote()")
  }

  /// Ends the server at once, as a crash would, and waits for its end.
  public func crash() {
    if let postmaster { kill(postmaster, SIGQUIT) }
    stop()
  }

  /// Makes the server a standby of another from its next start on.
  public func follow(_ primary: PostgresServer) throws {
    try Data().write(to: URL(fileURLWithPath: "\(directory)/data/standby.signal"))
    let line =
      "primary_conninfo = 'host=\(primary.directory) port=\(primary.port) user=postgres'\n"
    let file = URL(fileURLWithPath: "\(directory)/data/postgresql.auto.conf")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    try (text + line).write(to: file, atomically: false, encoding: .utf8)
  }

  deinit { stop() }

  /// How to reach the server as its superuser; by default the database `postgres`.
  public func parameters(database: String = "postgres") -> ConnectionParameters {
    ConnectionParameters(host: directory, port: "\(port)", user: "postgres", database: database)
  }

  /// The name of a database that does not exist yet.
  public func unusedDatabaseName() -> String {
    "test_\(databases.wrappingAdd(1, ordering: .relaxed).newValue)"
  }

  /// Makes an empty database and says how to reach it.
  public func makeDatabase() throws -> ConnectionParameters {
    let name = unusedDatabaseName()
    _ = try PostgresConnection(parameters()).execute("CREATE DATABASE \(name)")
    return parameters(database: name)
  }

  /// Starts the server and waits until it takes connections.
  public func start() throws {
    let process = Process()
    let input = Pipe()
    _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments =
      ["-c", PostgresServer.keeper, "keeper", directory, removesItself ? "yes" : "no"]
      + PostgresServer.asDatabaseUser
      + [
        "\(try PostgresServer.programs())/postgres", "-D", "\(directory)/data", "-k", directory,
        "-p", "\(port)", "-c", "listen_addresses=", "-c", "max_connections=200",
      ] + options
    process.standardInput = input
    try process.run()
    self.process = process
    self.input = input
    let parameters = parameters()
    guard eventually({ (try? PostgresConnection(parameters)) != nil }) else {
      throw SetupFailure("PostgreSQL did not start; see \(directory)/log")
    }
  }

  /// Stops the server as an administrator would (fast shutdown) and waits for its end.
  public func stop() {
    try? input?.fileHandleForWriting.close()
    process?.waitUntilExit()
    input = nil
    process = nil
  }

  /// The server's main process.
  public var postmaster: Int32? {
    let file = try? String(contentsOfFile: "\(directory)/data/postmaster.pid", encoding: .utf8)
    return file?.split(separator: "\n").first.flatMap { Int32($0) }
  }

  /// A directory of the user that the server is run as.
  static func makeDirectory() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    if getuid() == 0, let user = getpwnam("postgres") {
      chown(directory.path, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    return directory
  }

  private static func makeCluster() throws -> TemporaryDirectory {
    let directory = try makeDirectory()
    let command =
      asDatabaseUser + [
        "\(try programs())/initdb", "-D", directory.file("data"), "-U", "postgres", "-A", "trust",
        "-E", "UTF8", "--locale=C", "--no-sync",
      ]
    try ChildProcess.output(of: command[0], Array(command.dropFirst()))
    return directory
  }

  static var asDatabaseUser: [String] {
    getuid() == 0
      ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : ["env"]
  }

  private static func programs() throws -> String {
    try ChildProcess.output(of: "pg_config", ["--bindir"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension PostgresConnection {
  /// The first column of the first row of a query that gives an integer.
  public func integer(_ sql: String) throws -> Int64 { try execute(sql).integer(0, 0) }

  /// The first column of the first row of a query that gives text.
  public func text(_ sql: String) throws -> String { try execute(sql).string(0, 0) }
}
