import Foundation

/// A real nginx over plain HTTP in front of one FastCGI socket, configured as the project configures
/// it, but for what is being tested; gone with the last reference to it.
public final class NginxFront {
  private let process: NginxProcess
  private let directory: TemporaryDirectory

  /// Starts it and waits until it listens.
  ///
  /// - Parameter server: Further directives of its one `server` block.
  public init(_ socket: String, _ server: String = "") throws {
    let directory = try TemporaryDirectory()
    self.directory = directory
    let nginx = NginxServer.repository.appendingPathComponent("nginx/signals").path
    process = try NginxProcess(prefix: directory.path, ports: 1) { ports in
      let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
        "  \($0)_temp_path \($0);\n"
      }
      try directory.write(
        """
        \(geteuid() == 0 ? "user root;" : "")
        error_log stderr info;
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        events { worker_connections 2048; }
        http {
        \(temporary.joined())  access_log off;
          include \(nginx)/http.conf;
          map "" $signals_rate_policy { default ""; }
          upstream responder {
            server "unix:\(socket)";
            include \(nginx)/upstream.conf;
          }
          server {
            listen 127.0.0.1:\(ports[0]);
            client_max_body_size 64m;
            location / {
              include \(nginx)/fastcgi.conf;
              fastcgi_pass responder;
            }
            \(server)
          }
        }
        """, to: "nginx.conf")
    }
  }

  public var url: String { "http://127.0.0.1:\(port)" }
  public var port: Int { process.ports[0] }
  /// What it has written to its error log so far.
  public var errors: String { process.errors }
}
