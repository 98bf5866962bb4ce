public import FastCGI
internal import Glibc

/// The service manager that has started this process, usually systemd: what it hands over, and what it
/// is told. A process that was started by hand has none, and nothing here does anything.
///
/// The corresponding C functions are `sd_listen_fds`, `sd_notify` and `sd_watchdog_enabled`. Their
/// protocol is a few environment variables and a datagram, so that libsystemd is not needed.
public struct ServiceManager: Sendable {
  /// What a service tells of itself.
  public enum Message: Sendable {
    /// It serves.
    case ready
    /// It is about to end.
    case stopping
    /// It still turns; see ``Watchdog``.
    case alive
    /// A line for those who ask `systemctl status`.
    case status(String)

    fileprivate var assignment: String {
      switch self {
      case .ready: "READY=1"
      case .stopping: "STOPPING=1"
      case .alive: "WATCHDOG=1"
      // By scalars: "\r\n" is one character, and not "\n".
      case .status(let text):
        "STATUS=\(text.unicodeScalars.map { $0 == "\n" ? " " : "\($0)" }.joined())"
      }
    }
  }

  /// The descriptor of the one listening socket that was handed over.
  let listener: Int32?
  /// How long after the last ``Message/alive`` the process is taken for dead.
  public let watchdogTimeout: Duration?
  private let address: String?

  private static let firstDescriptor: Int32 = 3

  /// Reads the variables, and removes them: they are for this process and for none that it starts.
  ///
  /// To be called before there is another thread.
  public static func takeFromEnvironment() throws(InvalidSetting) -> ServiceManager {
    var variables: [String: String] = [:]
    for name in [
      "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID",
      "WATCHDOG_USEC",
    ] {
      variables[name] = getenv(name).map { String(cString: $0) }
      unsetenv(name)
    }
    return try ServiceManager(variables, processID: getpid())
  }

  /// - Parameter processID: Of this process; what names another was inherited and is not meant for us.
  init(_ variables: [String: String], processID: Int32) throws(InvalidSetting) {
    listener = try ServiceManager.listener(variables, processID)
    watchdogTimeout = try ServiceManager.watchdogTimeout(variables, processID)
    address = variables["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    guard let address else { return }
    guard let first = address.first, "/@".contains(first), address.utf8.count > 1,
      address.utf8.count <= ServiceManager.longestAddress
    else {
      throw InvalidSetting(
        "NOTIFY_SOCKET", address,
        "an absolute path, or an abstract name behind @, of at most \(ServiceManager.longestAddress) bytes"
      )
    }
  }

  /// The socket that was handed over, or one of the process's own at `path`.
  ///
  /// - Parameters:
  ///   - setting: The setting that names another path.
  ///   - isTakingOver: Also takes the path from a process that lives.
  /// - Throws: ``InvalidSetting`` when there is no directory for it, or ``FastCGIError``.
  public func listener(orAt path: String, setting: String, isTakingOver: Bool = false) throws
    -> Listener
  {
    if let listener { return try Listener(inheriting: listener) }
    do throws(FastCGIError) {
      return try Listener(path: path, isTakingOver: isTakingOver)
    } catch {
      switch error.kind {
      case .failed: throw error
      case .noDirectory:
        throw InvalidSetting(
          "\(error); create it, set RUN_DIR or \(setting), or start everything by scripts/up")
      case .inUse:
        throw SocketInUse(
          description: "\(error); stop that one, or set another RUN_DIR or \(setting)")
      }
    }
  }

  /// Whether there is anybody who listens.
  public var isListening: Bool { address != nil }

  /// Tells it, as far as it can be told: a service manager that does not listen stops no service.
  public func notify(_ messages: Message...) {
    guard let address else { return }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let text = messages.map(\.assignment).joined(separator: "\n")
    ServiceManager.send(Array(text.utf8), from: descriptor, to: address)
  }

  /// Another process serves the path; another start may find it free.
  private struct SocketInUse: Error, CustomStringConvertible {
    let description: String
  }

  private static let longestAddress = 107

  private static func send(_ bytes: [UInt8], from descriptor: Int32, to name: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      path.copyBytes(from: name.utf8)
      // An abstract name begins with a zero byte, and ends where its length says.
      if name.hasPrefix("@") { path[0] = 0 }
    }
    let length = MemoryLayout<sa_family_t>.size + name.utf8.count
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(
          descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, socklen_t(length))
      }
    }
  }

  private static func listener(_ variables: [String: String], _ processID: Int32)
    throws(InvalidSetting) -> Int32?
  {
    guard let count = variables["LISTEN_FDS"], variables["LISTEN_PID"] == "\(processID)" else {
      return nil
    }
    guard count == "1" else {
      throw InvalidSetting("LISTEN_FDS", count, "1: the socket that the web server connects to")
    }
    return firstDescriptor
  }

  private static func watchdogTimeout(_ variables: [String: String], _ processID: Int32)
    throws(InvalidSetting) -> Duration?
  {
    guard let text = variables["WATCHDOG_USEC"] else { return nil }
    if let meant = variables["WATCHDOG_PID"], meant != "\(processID)" { return nil }
    guard let microseconds = Int64(text), microseconds > 0 else {
      throw InvalidSetting("WATCHDOG_USEC", text, "a whole number of microseconds, 1 or more")
    }
    return .microseconds(microseconds)
  }
}
