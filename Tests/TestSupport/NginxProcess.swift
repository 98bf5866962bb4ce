import Foundation

/// An nginx on free ports of 127.0.0.1; ended with the last reference to it.
public final class NginxProcess {
  /// Debian keeps nginx where an ordinary user does not look.
  private static let environment: [String: String?] = [
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
  ]

  /// Where it listens.
  let ports: [Int]
  private let process: ChildProcess

  /// Starts it and waits until it listens.
  ///
  /// - Parameters:
  ///   - prefix: Where its relative paths begin.
  ///   - count: How many ports it is to have.
  ///   - configure: Writes `nginx.conf` below the prefix, for these ports; the configuration puts
  ///     the process id into `nginx.pid` and does not make nginx a daemon.
  init(prefix: String, ports count: Int, configure: ([Int]) throws -> Void) throws {
    var lastErrors = ""
    // Between finding a free port and taking it, somebody else may have taken it.
    for _ in 0..<5 {
      let ports = try (0..<count).map { _ in try freePort() }
      try configure(ports)
      let process = try ChildProcess(
        "nginx", Self.arguments(prefix), environment: Self.environment)
      // It listens before it writes its process id. That somebody accepts connections at the ports
      // would prove less: it may be who took them.
      let hasPid = eventually {
        (try? String(contentsOfFile: "\(prefix)/nginx.pid", encoding: .utf8).isEmpty) == false
          || !process.isRunning
      }
      if hasPid, process.isRunning {
        (self.ports, self.process) = (ports, process)
        return
      }
      lastErrors = process.errors
    }
    throw SetupFailure("nginx does not start: \(lastErrors)")
  }

  deinit {
    // Its workers end with it, as they would not if it were killed.
    process.signal(SIGTERM)
    _ = process.wait()
  }

  /// Makes it read its configuration again.
  func reload() { process.signal(SIGHUP) }

  /// What it has written to its error log so far.
  var errors: String { process.errors }

  /// What `nginx -t` says of the `nginx.conf` below a prefix.
  public static func configurationTest(prefix: String) throws -> ChildProcess.Outcome {
    try ChildProcess.run("nginx", ["-t"] + arguments(prefix), environment: environment)
  }

  private static func arguments(_ prefix: String) -> [String] {
    ["-e", "stderr", "-p", prefix, "-c", "nginx.conf"]
  }
}
