import Foundation

/// A real nginx with the site for production inside what Debian's `nginx.conf` has, on ports of its own;
/// gone with the last reference.
///
/// The site is as it is but for what only a machine of its own has: its ports, sockets and directories.
public final class ProductionSite {
  /// Where nginx's files lie as they do below `/etc/nginx`.
  public let directory: TemporaryDirectory
  public let certificates: TestCertificates
  private let process: NginxProcess

  /// - Parameter edit: What an administrator changes in the site.
  public init(accessor: String, producer: String, edit: @escaping (inout String) -> Void = { _ in })
    throws
  {
    directory = try TemporaryDirectory()
    certificates = try TestCertificates()
    for folder in ["log", "tmp", "cache", "tls", "sites-enabled"] {
      try directory.makeDirectory(folder)
    }
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("signals"),
      withDestinationPath: NginxServer.repository.appendingPathComponent("nginx/signals").path)
    try certificates.issue("signals", for: "DNS:localhost,IP:127.0.0.1")
      .copy(to: directory.file("tls/signals"))
    try FileManager.default.copyItem(
      atPath: certificates.authorityFile, toPath: directory.file("tls/signals-clients.crt"))
    try certificates.writeRevocations(to: directory.file("tls/signals-clients.crl"))
    process = try NginxProcess(prefix: directory.path, ports: 2) { [directory] ports in
      var site = try Self.site(directory, ports)
      site = site.replacingOccurrences(of: "/run/signals/accessor.sock", with: accessor)
      site = site.replacingOccurrences(of: "/run/signals/producer.sock", with: producer)
      edit(&site)
      try directory.write(site, to: "sites-enabled/signals")
      try directory.write(Self.surroundings, to: "nginx.conf")
    }
  }

  /// `https://127.0.0.1:PORT`
  public var url: String { "https://127.0.0.1:\(process.ports[1])" }
  /// `http://127.0.0.1:PORT`
  public var plainURL: String { "http://127.0.0.1:\(process.ports[0])" }
  /// The port of plain HTTP on 127.0.0.1.
  public var port: Int { process.ports[0] }
  public var tlsPort: Int { process.ports[1] }

  /// Asks for a path over TLS, or for a whole URL; see ``NginxServer/ask(_:_:input:)``.
  public func ask(_ target: String, _ options: String...) throws -> NginxServer.Answer {
    try NginxServer.ask(
      target.hasPrefix("http") ? target : url + target, authority: certificates.authorityFile,
      options)
  }

  /// The lines of the access log so far; what is asked over TLS gets there within a second.
  public var accessLog: [Substring] {
    let log = FileManager.default.contents(atPath: directory.file("log/signals.log")) ?? Data()
    return String(decoding: log, as: UTF8.self).split(separator: "\n")
  }
  /// Those that tell of a status of 500 or more.
  public var problems: [Substring] { accessLog.filter { $0.contains(#""status":"5"#) } }
  /// What it has written to its error log so far.
  public var errorLog: String { process.errors }

  /// Publishes what `certificates` has taken back, as an administrator does.
  public func publishRevocations() throws {
    try certificates.writeRevocations(to: directory.file("tls/signals-clients.crl"))
    process.reload()
  }

  /// What `nginx -t` says of it.
  public func configurationTest() throws -> ChildProcess.Outcome {
    try NginxProcess.configurationTest(prefix: directory.path)
  }

  private static func site(_ directory: TemporaryDirectory, _ ports: [Int]) throws -> String {
    var site = try String(
      contentsOf: NginxServer.repository.appendingPathComponent("nginx/site.conf"), encoding: .utf8)
    for (port, free) in zip(["80", "443"], ports) {
      site = site.replacingOccurrences(
        of: "(listen +(\\[::\\]:)?)\(port)\\b", with: "$1\(free)", options: .regularExpression)
    }
    site = site.replacingOccurrences(of: "/var/log/nginx", with: directory.file("log"))
    if !FileManager.default.fileExists(atPath: "/proc/net/if_inet6") {
      site = site.replacingOccurrences(
        of: "listen +\\[.*\n", with: "", options: .regularExpression)
    }
    return site
  }

  /// What Debian's `nginx.conf` sets before it includes the sites.
  private static let surroundings = """
    \(geteuid() == 0 ? "user root;" : "")
    daemon off;
    pid nginx.pid;
    error_log stderr;
    events { worker_connections 768; }
    http {
      sendfile on;
      tcp_nopush on;
      types_hash_max_size 2048;
      default_type application/octet-stream;
      ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
      ssl_prefer_server_ciphers on;
      access_log log/access.log;
      gzip on;
      client_body_temp_path tmp/body;
      fastcgi_temp_path tmp/fastcgi;
      proxy_temp_path tmp/proxy;
      scgi_temp_path tmp/scgi;
      uwsgi_temp_path tmp/uwsgi;
      include sites-enabled/*;
    }

    """
}
