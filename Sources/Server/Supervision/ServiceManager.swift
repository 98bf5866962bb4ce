public import FastCGI
internal import Glibc

/// The service manager that started this process, usually systemd: what it passed on, and notifications to
/// it. Without one, as when started by hand, nothing here has an effect.
///
/// The corresponding C functions are `sd_listen_fds`, `sd_notify` and `sd_watchdog_enabled`. Their
/// protocol is a few environment variables and a datagram, so libsystemd is not needed.
public struct ServiceManager: Sendable {
  /// A notification to the service manager.
  public enum Message: Sendable {
    /// The service is up.
    case ready
    /// The service is shutting down.
    case stopping
    /// The service is alive; see ``Watchdog``.
    case alive
    /// A line for `systemctl status`.
    case status(String)

    fileprivate var assignment: String {
      switch self {
      case .ready: "READY=1"
      case .stopping: "STOPPING=1"
      case .alive: "WATCHDOG=1"
      // By scalars, because "\r\n" is a single character, different from "\n".
      case .status(let text):
        "STATUS=\(text.unicodeScalars.map { $0 == "\n" ? " " : "\($0)" }.joined())"
      }
    }
  }

  /// The descriptor of the inherited listening socket, if any.
  let listener: Int32?
  /// How long after the last ``Message/alive`` the process counts as dead.
  public let watchdogTimeout: Duration?
  private let address: String?

  private static let firstDescriptor: Int32 = 3

  /// Reads and unsets the variables, so that child processes do not inherit them.
  ///
  /// Must be called before another thread starts.
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

  /// - Parameter processID: This process; variables that name another one were inherited and are ignored.
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
        "an absolute path, or @ and an abstract name, of at most \(ServiceManager.longestAddress) bytes"
      )
    }
  }

  /// The inherited socket, or a new one at `path`.
  ///
  /// - Parameters:
  ///   - setting: The setting that changes the path.
  ///   - isTakingOver: Whether to take the path over from a live process.
  /// - Throws: ``InvalidSetting`` when its directory does not exist, or ``FastCGIError``.
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
          "\(error); create it, set RUN_DIR or \(setting), or start the system with scripts/up")
      case .inUse:
        throw SocketInUse(
          description: "\(error); stop it, or set another RUN_DIR or \(setting)")
      }
    }
  }

  /// Whether notifications have a receiver.
  public var isListening: Bool { address != nil }

  /// Sends notifications; failures are ignored, as they must not stop the service.
  public func notify(_ messages: Message...) {
    guard let address else { return }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var timeout = timeval(tv_sec: 1, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    let text = messages.map(\.assignment).joined(separator: "\n")
    ServiceManager.send(Array(text.utf8), from: descriptor, to: address)
  }

  /// The path is in use; a later start may succeed.
  private struct SocketInUse: Error, CustomStringConvertible {
    let description: String
  }

  private static let longestAddress = 107

  private static func send(_ bytes: [UInt8], from descriptor: Int32, to name: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      path.copyBytes(from: name.utf8)
      // An abstract name begins with a NUL byte and ends at its length.
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
      throw InvalidSetting("LISTEN_FDS", count, "1, the socket for the web server")
    }
    return firstDescriptor
  }

  private static func watchdogTimeout(_ variables: [String: String], _ processID: Int32)
    throws(InvalidSetting) -> Duration?
  {
    guard let text = variables["WATCHDOG_USEC"] else { return nil }
    if let meant = variables["WATCHDOG_PID"], meant != "\(processID)" { return nil }
    guard let microseconds = Int64(text), microseconds > 0 else {
      throw InvalidSetting("WATCHDOG_USEC", text, "a positive integer")
    }
    return .microseconds(microseconds)
  }
}
