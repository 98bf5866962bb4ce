import Foundation

/// A PgBouncer in session mode, as Debian configures it, in front of a server; ended with the last
/// reference to it.
public final class PgBouncer {
  /// Where its socket is, for port 5432.
  public var directory: String { own.path }
  private let own: TemporaryDirectory
  private let process: ChildProcess

  /// Starts it and waits for its socket.
  ///
  /// - Parameter users: Who may come; it asks nobody for a password.
  public init(_ server: PostgresServer, users: [String]) throws {
    own = try PostgresServer.makeDirectory()
    try own.write(users.map { "\"\($0)\" \"\"\n" }.joined(), to: "users")
    let settings = try own.write(
      """
      [databases]
      * = host=\(server.directory) port=5432
      [pgbouncer]
      unix_socket_dir = \(own.path)
      listen_port = 5432
      auth_type = trust
      auth_file = \(own.file("users"))
      pool_mode = session
      server_login_retry = 1
      """, to: "settings")
    let command = PostgresServer.asDatabaseUser + ["/usr/sbin/pgbouncer", settings]
    process = try ChildProcess(command[0], Array(command.dropFirst()))
    let socket = own.file(".s.PGSQL.5432")
    guard eventually({ FileManager.default.fileExists(atPath: socket) }) else {
      throw SetupFailure("PgBouncer did not start: \(process.errors)")
    }
  }

  /// What it has logged so far.
  public var log: String { process.errors }
}
