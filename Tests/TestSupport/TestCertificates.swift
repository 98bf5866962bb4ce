import Foundation

/// A certificate authority that exists for one test, and what it has signed.
public final class TestCertificates {
  /// Paths of PEM files, which are there as long as it or its authority.
  public struct Pair: Sendable {
    /// Of the certificate.
    public let certificate: String
    /// Of its private key.
    public let key: String
    private let directory: TemporaryDirectory

    fileprivate init(_ name: String, in directory: TemporaryDirectory) {
      certificate = directory.file("\(name).pem")
      key = directory.file("\(name).key")
      self.directory = directory
    }

    /// Copies them to `path.crt` and `path.key`, as the project's configurations call them.
    public func copy(to path: String) throws {
      try FileManager.default.copyItem(atPath: certificate, toPath: "\(path).crt")
      try FileManager.default.copyItem(atPath: key, toPath: "\(path).key")
    }
  }

  private let directory: TemporaryDirectory
  private static let newKey = [
    "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
  ]

  /// A fresh authority, known to nobody.
  public init() throws {
    directory = try TemporaryDirectory()
    try run(
      ["req", "-x509", "-days", "2", "-subj", "/CN=Authority of a test"] + Self.newKey
        + ["-keyout", "authority.key", "-out", "authority.pem"])
    try directory.write(Self.register, to: "authority.cnf")
    try directory.write("", to: "index.txt")
  }

  /// Whoever trusts this file trusts what ``issue(_:for:days:)`` makes.
  public var authorityFile: String { directory.file("authority.pem") }

  /// A certificate for hosts as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`.
  public func issue(_ name: String, for hosts: String, days: Int = 2) throws -> Pair {
    try directory.write("subjectAltName=\(hosts)\n", to: "\(name).ext")
    try run(
      ["req", "-subj", "/CN=\(name)"] + Self.newKey
        + ["-keyout", "\(name).key", "-out", "\(name).csr"])
    try run([
      "x509", "-req", "-in", "\(name).csr", "-CA", "authority.pem", "-CAkey", "authority.key",
      "-CAcreateserial", "-days", "\(days)", "-extfile", "\(name).ext", "-out", "\(name).pem",
    ])
    return Pair(name, in: directory)
  }

  /// A certificate for a client that ends so many seconds from now.
  public func issue(_ name: String, lasting seconds: Double) throws -> Pair {
    try run(
      ["req", "-subj", "/CN=\(name)"] + Self.newKey
        + ["-keyout", "\(name).key", "-out", "\(name).csr"])
    let end = Date(timeIntervalSinceNow: seconds).formatted(.iso8601)
    try run([
      "ca", "-config", "authority.cnf", "-batch", "-notext", "-in", "\(name).csr", "-enddate",
      end.filter { $0 != "-" && $0 != ":" && $0 != "T" }, "-out", "\(name).pem",
    ])
    return Pair(name, in: directory)
  }

  /// Takes a certificate back, which ``writeRevocations(to:)`` tells.
  public func revoke(_ pair: Pair) throws {
    try run(["ca", "-config", "authority.cnf", "-revoke", pair.certificate])
  }

  /// Writes the list of what was taken back.
  public func writeRevocations(to path: String) throws {
    try run(["ca", "-config", "authority.cnf", "-gencrl", "-out", path])
  }

  private static let register = """
    [ca]
    default_ca = authority
    [authority]
    database = index.txt
    new_certs_dir = .
    rand_serial = yes
    unique_subject = no
    certificate = authority.pem
    private_key = authority.key
    default_md = sha256
    default_days = 2
    default_crl_days = 1
    policy = policy
    [policy]
    commonName = supplied

    """

  private func run(_ arguments: [String]) throws {
    try ChildProcess.output(of: "openssl", arguments, directory: directory.path)
  }
}
