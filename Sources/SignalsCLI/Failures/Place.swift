import Curl
import Glibc

/// What this program belongs to, which says how the system beside it is started and where its logs and
/// secrets are.
enum Place: Equatable {
  /// It was built in a tree of the sources, and `scripts/up` is there.
  case repository
  /// The services' units are installed on this machine.
  case installed
  /// Neither, or the server is on another machine.
  case elsewhere

  private static let units = ["/usr/lib", "/usr/local/lib"].map {
    "\($0)/systemd/system/signals-accessor.service"
  }

  /// For somebody who asks that server.
  static func beside(_ url: HTTPURL) -> Place {
    url.isLoopback
      ? Place(ofProgram: realPath("/proc/self/exe") ?? "", exists: fileExists) : .elsewhere
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
    self = Place.units.contains(where: exists) ? .installed : .elsewhere
  }

  private static func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Where nobody answers.
  var start: String {
    switch self {
    case .repository: "is the system running? scripts/up starts it"
    case .installed: "is the system running? systemctl status nginx 'signals-*'"
    case .elsewhere: "is the system running there, and is this its port?"
    }
  }

  /// Where a service does not answer.
  func isRunning(_ service: String) -> String {
    switch self {
    case .repository: "is \(service) running? \(log(of: service)) says why not"
    case .installed: "is \(service) running? systemctl status \(service); journalctl -u \(service)"
    case .elsewhere: "is \(service) running? its log says why not"
    }
  }

  /// What a service writes.
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
    case .repository: "scripts/up keeps one in .run/control-token"
    case .installed: "/etc/credstore/signals.CONTROL_TOKEN holds one"
    case .elsewhere: "'signals-cli token create' makes one where the system's key is"
    }
  }

  /// Where the authority is that signed the server's certificate.
  var authority: String? {
    switch self {
    case .repository: "scripts/up keeps its own under .run"
    case .installed: "the package's own is /etc/nginx/tls/signals.crt"
    case .elsewhere: nil
    }
  }
}
