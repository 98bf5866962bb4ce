import Curl
import Glibc

/// How the system on this machine is installed, which determines how it is started and where its logs
/// and secrets are.
enum InstallationKind: Equatable {
  /// Built in a source tree with `scripts/up`.
  case repository
  /// The services' systemd units are installed.
  case installed
  /// Neither of them, or the server is remote.
  case elsewhere

  private static let units = ["/usr/lib", "/usr/local/lib"].map {
    "\($0)/systemd/system/signals-accessor.service"
  }

  /// The place of the server at `url`.
  static func beside(_ url: HTTPURL) -> InstallationKind {
    url.isLoopback
      ? InstallationKind(ofProgram: realPath("/proc/self/exe") ?? "", exists: fileExists)
      : .elsewhere
  }

  /// - Parameters:
  ///   - program: The absolute path of this program's file.
  ///   - exists: Whether there is such a file.
  init(ofProgram program: String, exists: (String) -> Bool) {
    var directory = program[...]
    while let slash = directory.lastIndex(of: "/") {
      directory = directory[..<slash]
      if exists("\(directory)/scripts/up") && exists("\(directory)/Package.swift") {
        self = .repository
        return
      }
    }
    self = InstallationKind.units.contains(where: exists) ? .installed : .elsewhere
  }

  private static func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Advice when the connection is refused.
  var start: String {
    switch self {
    case .repository: "is the system running? scripts/up starts it"
    case .installed: "is the system running? systemctl status nginx 'signals-*'"
    case .elsewhere: "is the system running, and is the port right?"
    }
  }

  /// Advice when a service does not respond.
  func isRunning(_ service: String) -> String {
    switch self {
    case .repository: "is \(service) running? see \(log(of: service))"
    case .installed: "is \(service) running? systemctl status \(service); journalctl -u \(service)"
    case .elsewhere: "is \(service) running? see its log"
    }
  }

  /// Where the log of a service is.
  func log(of service: String) -> String {
    switch self {
    case .repository: "log/\(service.split(separator: "-").last ?? "").log in RUN_DIR (.run)"
    case .installed: "journalctl -u \(service)"
    case .elsewhere: "the log of \(service)"
    }
  }

  /// Where a token comes from.
  var token: String {
    switch self {
    case .repository: "scripts/up stores one in .run/control-token"
    case .installed: "the package stores one in /etc/credstore/signals.CONTROL_TOKEN"
    case .elsewhere: "'signals-cli token create' creates one from the signing key"
    }
  }

  /// Where the CA certificate of the server is.
  var authority: String? {
    switch self {
    case .repository: "scripts/up stores its CA under .run"
    case .installed: "the package's certificate is /etc/nginx/tls/signals.crt"
    case .elsewhere: nil
    }
  }
}
