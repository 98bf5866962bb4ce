import Foundation

/// A real nginx that speaks TLS on a free port of 127.0.0.1; gone with the last reference to it.
public final class NginxDouble {
  /// Thrown when nginx does not start.
  public struct SetupFailure: Error {
    /// What it had to say.
    public let output: String
  }

  /// Where it listens.
  public let port: Int
  private let process: ChildProcess
  private let directory: TemporaryDirectory

  /// Starts it and waits until it listens.
  ///
  /// - Parameter server: Further directives of its one `server` block.
  public init(_ pair: TestCertificates.Pair, _ server: String) throws {
    var attempts = 0
    while true {
      let directory = try TemporaryDirectory()
      let port = try HTTPServerDouble.closedPort()
      let process = try Self.start(port, pair, server, in: directory)
      // nginx listens before it writes its process id.
      let hasPid = eventually {
        (try? String(contentsOfFile: directory.file("pid"), encoding: .utf8).isEmpty) == false
          || !process.isRunning
      }
      if hasPid, process.isRunning {
        (self.port, self.process, self.directory) = (port, process, directory)
        return
      }
      attempts += 1
      // Somebody else may have taken the port in between.
      guard attempts < 3 else { throw SetupFailure(output: process.errors) }
    }
  }

  /// With the name, as certificates for names are what most tests are about.
  public var url: String { "https://localhost:\(port)" }

  private static func start(
    _ port: Int, _ pair: TestCertificates.Pair, _ server: String, in directory: TemporaryDirectory
  ) throws -> ChildProcess {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
      "  \($0)_temp_path \(directory.file($0));\n"
    }
    let configuration = try directory.write(
      """
      error_log stderr;
      daemon off;
      master_process off;
      pid \(directory.file("pid"));
      events {}
      http {
      \(temporary.joined())  access_log off;
        default_type application/json;
        server {
          listen 127.0.0.1:\(port) ssl http2;
          ssl_certificate \(pair.certificate);
          ssl_certificate_key \(pair.key);
          \(server)
        }
      }
      """, to: "nginx.conf")
    return try ChildProcess("/usr/sbin/nginx", ["-e", "stderr", "-c", configuration])
  }
}
