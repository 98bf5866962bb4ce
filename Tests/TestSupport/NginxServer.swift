public import Foundation

/// A real nginx with the project's own configuration, on ports of its own; gone with the last reference.
///
/// It is the configuration of `scripts/up`: `nginx/dev.conf.in` and the files that it includes. The
/// certificate is a throwaway one for `localhost` and `127.0.0.1`.
public final class NginxServer {
  /// Where nginx's files lie as they do below `RUN_DIR`: `nginx`, `tls` and `log`.
  public let directory: TemporaryDirectory
  /// The port of plain HTTP on 127.0.0.1.
  public private(set) var port = 0
  /// The port of HTTPS on 127.0.0.1.
  public private(set) var tlsPort = 0

  private var process: ChildProcess?

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
    try makeCertificate(in: directory.file("tls"), name: "server")

    // Between finding a free port and taking it, another test may have taken it.
    for _ in 0..<5 {
      try configure(accessor: accessor, producer: producer)
      let process = try ChildProcess("nginx", arguments, environment: Self.environment)
      if eventually(within: 10, { !process.isRunning || (accepts(port) && accepts(tlsPort)) }),
        process.isRunning
      {
        self.process = process
        return
      }
      lastErrors = process.errors
    }
    throw NginxFailure(description: "nginx does not start: \(lastErrors)")
  }

  deinit {
    process?.signal(SIGTERM)
    _ = process?.wait()
  }

  /// `http://127.0.0.1:PORT`
  public var url: String { "http://127.0.0.1:\(port)" }
  /// `https://127.0.0.1:PORT`
  public var tlsURL: String { "https://127.0.0.1:\(tlsPort)" }
  /// The certificate that a client has to trust.
  public var certificate: String { directory.file("tls/server.crt") }
  /// The lines of the access log so far.
  public var accessLog: [String] {
    let data = FileManager.default.contents(atPath: directory.file("log/access.log")) ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
  /// What it has written to its error log so far.
  public var errorLog: String { process?.errors ?? "" }

  /// What `nginx -t` says of the configuration that this server runs.
  public func configurationTest() throws -> ChildProcess.Outcome {
    try ChildProcess.run("nginx", ["-t"] + arguments, environment: Self.environment)
  }

  /// The root of the repository that this file was compiled from.
  public static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The environment for running `nginx`, which Debian keeps where an ordinary user does not look.
  public static var environment: [String: String?] {
    ["PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"]
  }

  private var lastErrors = ""
  private var arguments: [String] {
    ["-e", "stderr", "-p", directory.file("nginx"), "-c", "nginx.conf"]
  }

  private func configure(accessor: String, producer: String) throws {
    port = try freePort()
    tlsPort = try freePort()
    let template = Self.repository.appendingPathComponent("nginx/dev.conf.in")
    var text = try String(contentsOf: template, encoding: .utf8)
    for (name, value) in [
      "USER": geteuid() == 0 ? "user root;" : "", "HTTP": "127.0.0.1:\(port)",
      "HTTPS": "127.0.0.1:\(tlsPort)", "ACCESSOR_SOCKET": accessor, "PRODUCER_SOCKET": producer,
    ] {
      text = text.replacingOccurrences(of: "@\(name)@", with: value)
    }
    try directory.write(text, to: "nginx/nginx.conf")
  }
}

/// Why nginx did not come up.
public struct NginxFailure: Error, CustomStringConvertible {
  /// What openssl or nginx said.
  public let description: String
}

/// Makes `name.crt` and `name.key` in a directory: self-signed, for `localhost` and `127.0.0.1`.
public func makeCertificate(in directory: String, name: String) throws {
  let outcome = try ChildProcess.run(
    "openssl",
    [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
      "-days", "2", "-subj", "/CN=localhost", "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
      "-keyout", "\(directory)/\(name).key", "-out", "\(directory)/\(name).crt",
    ])
  guard outcome.status == 0 else { throw NginxFailure(description: outcome.errors) }
}

/// A TCP port of 127.0.0.1 that nobody had a moment ago.
public func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  defer { close(descriptor) }
  var address = loopback(port: 0)
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let bound = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
    }
  }
  guard bound else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  return Int(UInt16(bigEndian: address.sin_port))
}

private func accepts(_ port: Int) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = loopback(port: port)
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}

private func loopback(port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
  address.sin_port = UInt16(port).bigEndian
  return address
}
