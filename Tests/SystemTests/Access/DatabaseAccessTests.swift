import Foundation
import Postgres
import TestSupport
import Testing

/// The way to a database elsewhere: TLS that knows whom it talks to, and passwords that come in files.
@Suite struct DatabaseAccessTests {
  private let directory: TemporaryDirectory
  private let certificates: TestCertificates
  private let server: PostgresServer
  private let port: Int

  init() throws {
    directory = try TemporaryDirectory()
    certificates = try TestCertificates()
    port = try freePort()
    server = try PostgresServer(
      port: port, certificate: certificates.issue("database", for: "DNS:localhost"))
    let connection = try PostgresConnection(server.parameters())
    try connection.executeScript(
      """
      SET password_encryption = 'scram-sha-256';
      CREATE ROLE admin SUPERUSER LOGIN PASSWORD 'the password of admin';
      CREATE ROLE signals_reader LOGIN PASSWORD 'the password of the reader';
      """)
    try secret("the password of admin\n", "admin")
    try secret("the password of the reader", "reader")
  }

  private func secret(_ text: String, _ name: String, mode: Int = 0o600) throws {
    try directory.write(text, to: name)
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: directory.file(name))
  }

  private func run(
    _ program: String, _ arguments: [String] = [], _ settings: [String: String?]
  ) throws -> ChildProcess.Outcome {
    let environment: [String: String?] = [
      "DB_HOST": "localhost", "DB_PORT": "\(port)", "RUN_DIR": directory.path,
      "DB_SSLMODE": "verify-full", "DB_SSLROOTCERT": certificates.authorityFile,
      "DB_ADMIN_USER": "admin", "DB_ADMIN_PASSWORD_FILE": directory.file("admin"),
    ]
    return try ChildProcess.run(
      ChildProcess.product(program), arguments,
      environment: environment.merging(settings) { $1 }, directory: directory.path)
  }

  private func migrate(_ settings: [String: String?] = [:]) throws -> ChildProcess.Outcome {
    try run("signals-producer", ["migrate"], settings)
  }

  @Test func anAdministratorMigratesOverTLSWithAPasswordFromAFile() throws {
    let outcome = try migrate()
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("granted privileges to signals_owner"), "\(outcome.errors)")
    // The role that was there before kept its password; the reader gets in with it, encrypted.
    var parameters = ConnectionParameters(
      host: "localhost", port: "\(port)", user: "signals_reader",
      password: "the password of the reader", database: "machine_data")
    parameters.sslMode = "verify-full"
    parameters.sslRootCertificate = certificates.authorityFile
    let connection = try PostgresConnection(parameters)
    #expect(
      try connection.text("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        == "TLSv1.3")
  }

  @Test func aServerThatIsNotWhoItShouldBeIsRefused() throws {
    let other = try TestCertificates()
    let stranger = try migrate(["DB_SSLROOTCERT": other.authorityFile])
    #expect(stranger.status == 1)
    #expect(stranger.errors.contains("certificate verify failed"), "\(stranger.errors)")
    let misnamed = try migrate(["DB_HOST": "127.0.0.1"])
    #expect(misnamed.status == 1)
    #expect(
      misnamed.errors.contains("does not match host name \"127.0.0.1\""),
      "\(misnamed.errors)")
  }

  @Test func theServerRefusesWhoDoesWithoutTLSOrWithTheWrongPassword() throws {
    let plain = try migrate(["DB_SSLMODE": "disable"])
    #expect(plain.errors.contains("no encryption"), "\(plain.errors)")
    try secret("a wrong password", "wrong")
    let wrong = try migrate(["DB_ADMIN_PASSWORD_FILE": directory.file("wrong")])
    #expect(wrong.errors.contains("password authentication failed"), "\(wrong.errors)")
    #expect(!wrong.errors.contains("a wrong password"))
  }

  /// As one in the middle would be that makes itself a certificate.
  @Test func aServerThatIsNotKnownHasToProveThatItKnowsThePassword() throws {
    let settings = ["DB_SSLMODE": "require", "DB_SSLROOTCERT": nil, "HOME": directory.path]
    let good = try migrate(settings)
    #expect(good.status == 0, "\(good.errors)")
    let session = try PostgresConnection(server.parameters())
    for method in ["password", "trust"] {
      let rules = "local all all trust\nhostssl all all all \(method)\n"
      try rules.write(
        toFile: try session.text("SHOW hba_file"), atomically: false, encoding: .utf8)
      try session.execute("SELECT pg_reload_conf()")
      #expect(
        try eventually {
          try session.text(
            "SELECT string_agg(auth_method, ' ' ORDER BY line_number) FROM pg_hba_file_rules")
            == "trust \(method)" && migrate(settings).status != 0
        })
      let refused = try migrate(settings)
      #expect(refused.errors.contains("channel binding required"), "\(method): \(refused.errors)")
    }
  }

  @Test func settingsThatCannotBeAreNamedAndSecretsAreNotShown() throws {
    try secret("for everybody", "open", mode: 0o644)
    try secret("", "empty")
    try secret("the password\nof two lines\n", "two")
    for (settings, complaint) in [
      (["DB_SSLMODE": "full"], "DB_SSLMODE must be one of disable, allow"),
      (
        ["DB_ADMIN_PASSWORD_FILE": directory.file("open")],
        "must be a file that others cannot access; run chmod o-rwx"
      ),
      (["DB_ADMIN_PASSWORD_FILE": directory.file("empty")], "must be a non-empty file"),
      (
        ["DB_ADMIN_PASSWORD_FILE": directory.file("two")],
        "must be a file with a single line of UTF-8 without a byte order mark"
      ),
      (
        ["DB_ADMIN_PASSWORD_FILE": "/nonexistent"],
        "must be a readable file (got \"/nonexistent\"): No such file"
      ),
      (["DB_ADMIN_PASSWORD_FILE": "/tmp"], "must be a regular file (got \"/tmp\")"),
      (
        ["DB_ADMIN_PASSWORD": "the password"],
        "DB_ADMIN_PASSWORD and DB_ADMIN_PASSWORD_FILE are both set; set only one of them"
      ),
    ] {
      let outcome = try migrate(settings)
      #expect(outcome.status == 78)
      #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
      #expect(!outcome.errors.contains("everybody\n") && !outcome.errors.contains("the password\n"))
    }
  }
}
