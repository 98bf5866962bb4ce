public import Foundation

/// A real nginx with the project's own configuration, on ports of its own; gone with the last reference.
///
/// It is the configuration of `scripts/up`: `nginx/dev.conf.in` and the files that it includes. The
/// certificate is a throwaway one for `localhost` and `127.0.0.1`.
public final class NginxServer {
  /// Where nginx's files lie as they do below `RUN_DIR`: `nginx`, `tls` and `log`.
  public let directory: TemporaryDirectory
  private let process: NginxProcess
  /// What the server is known by, and clients that it believes.
  public let certificates: TestCertificates

  /// Starts nginx in front of the services' FastCGI sockets, which need not be there yet, and waits
  /// until it accepts connections.
  public init(accessor: String, producer: String) throws {
    directory = try TemporaryDirectory()
    for folder in ["nginx/tmp", "tls", "log"] {
      try FileManager.default.createDirectory(
        atPath: directory.file(folder), withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("nginx/signals"),
      withDestinationPath: Self.repository.appendingPathComponent("nginx/signals").path)
    certificates = try TestCertificates()
    try certificates.issue("server", for: "DNS:localhost,IP:127.0.0.1")
      .copy(to: directory.file("tls/server"))
    try FileManager.default.copyItem(
      atPath: certificates.authorityFile, toPath: directory.file("tls/ca.crt"))
    process = try NginxProcess(prefix: directory.file("nginx"), ports: 2) { [directory] ports in
      let text = try Self.configuration(ports, accessor: accessor, producer: producer)
      try directory.write(text, to: "nginx/nginx.conf")
    }
  }

  /// The port of plain HTTP on 127.0.0.1.
  public var port: Int { process.ports[0] }
  /// The port of HTTPS on 127.0.0.1.
  public var tlsPort: Int { process.ports[1] }
  /// `http://127.0.0.1:PORT`
  public var url: String { "http://127.0.0.1:\(port)" }
  /// `https://127.0.0.1:PORT`
  public var tlsURL: String { "https://127.0.0.1:\(tlsPort)" }
  /// The authority that a client has to trust.
  public var authorityFile: String { certificates.authorityFile }
  /// The lines of the access log so far.
  public var accessLog: [String] {
    let data = FileManager.default.contents(atPath: directory.file("log/access.log")) ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
  /// What it has written to its error log so far.
  public var errorLog: String { process.errors }

  /// What `nginx -t` says of the configuration that this server runs.
  public func configurationTest() throws -> ChildProcess.Outcome {
    try NginxProcess.configurationTest(prefix: directory.file("nginx"))
  }

  /// The root of the repository that this file was compiled from.
  public static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func configuration(
    _ ports: [Int], accessor: String, producer: String
  ) throws -> String {
    let template = repository.appendingPathComponent("nginx/dev.conf.in")
    var text = try String(contentsOf: template, encoding: .utf8)
    for (name, value) in [
      "USER": geteuid() == 0 ? "user root;" : "", "HTTP": "127.0.0.1:\(ports[0])",
      "HTTPS": "127.0.0.1:\(ports[1])", "NAMES": "signals.example.com",
      "ACCESSOR_SOCKET": accessor, "PRODUCER_SOCKET": producer,
    ] {
      text = text.replacingOccurrences(of: "@\(name)@", with: value)
    }
    return text
  }
}
