/// A real nginx that speaks TLS on a free port of 127.0.0.1; gone with the last reference to it.
public final class NginxDouble {
  private let process: NginxProcess
  private let directory: TemporaryDirectory

  /// Starts it and waits until it listens.
  ///
  /// - Parameter server: Further directives of its one `server` block.
  public init(_ pair: TestCertificates.Pair, _ server: String) throws {
    let directory = try TemporaryDirectory()
    self.directory = directory
    process = try NginxProcess(prefix: directory.path, ports: 1) { ports in
      let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
        "  \($0)_temp_path \($0);\n"
      }
      try directory.write(
        """
        error_log stderr;
        daemon off;
        master_process off;
        pid nginx.pid;
        events {}
        http {
        \(temporary.joined())  access_log off;
          default_type application/json;
          server {
            listen 127.0.0.1:\(ports[0]) ssl http2;
            ssl_certificate \(pair.certificate);
            ssl_certificate_key \(pair.key);
            \(server)
          }
        }
        """, to: "nginx.conf")
    }
  }

  /// With the name, as certificates for names are what most tests are about.
  public var url: String { "https://localhost:\(process.ports[0])" }
}
