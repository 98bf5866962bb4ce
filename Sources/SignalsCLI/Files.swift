import Glibc

/// An `errno`.
struct SystemError: Error, CustomStringConvertible {
  let code: Int32

  static var last: SystemError { SystemError(code: errno) }

  /// The message of `strerror`: `No such file or directory`.
  var description: String { String(cString: strerror(code)) }
}

/// The whole content of a small file or pipe, at most 64 KiB.
func contents(ofFile path: String) throws(SystemError) -> [UInt8] {
  let maximumSize = 64 << 10
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw .last }
  defer { close(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(file, &buffer, buffer.count)
    if count == 0 { return bytes }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw .last }
    bytes += buffer[..<count]
    guard bytes.count <= maximumSize else { throw SystemError(code: EFBIG) }
  }
}

/// Creates or overwrites a file; also writes to a pipe or device.
func writeFile(_ path: String, _ content: [UInt8]) throws(SystemError) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard file >= 0 else { throw .last }
  defer { close(file) }
  try writeAll(content, to: file)
}

/// Opens /dev/null in place of closed standard descriptors: otherwise the next connection would get
/// the number, and with it the output. The wrong mode makes reads and writes fail as on a closed one.
func holdStandardDescriptors() {
  for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
  where fcntl(descriptor, F_GETFD) < 0 {
    // open(2) returns the lowest free number, which is this one.
    _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

enum StandardOutput {
  /// Writes output. A closed pipe is not an error.
  static func write(_ bytes: [UInt8]) throws(Failure) { _ = try offer(bytes) }

  /// Writes a part of the output; false when the reader has closed the pipe.
  static func offer(_ bytes: [UInt8]) throws(Failure) -> Bool {
    do {
      try writeAll(bytes, to: STDOUT_FILENO)
      return true
    } catch {
      guard error.code != EPIPE else { return false }
      throw Failure(.failed, "cannot write output: \(error.description)")
    }
  }

  /// Waits until `end`; false as soon as the reader has closed the pipe.
  static func rest(until end: ContinuousClock.Instant) -> Bool {
    var reader = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    while true {
      let left = ((end - .now) / .milliseconds(1)).rounded(.up)
      guard left > 0 else { return true }
      if poll(&reader, 1, Int32(min(left, 60_000))) > 0 { return false }
    }
  }

  static func write(_ text: String) throws(Failure) { try write(Array(text.utf8)) }

  /// Writes output for a person, through a pager when it is longer than the terminal.
  static func show(_ text: String, for target: OutputTarget, isPaged: Bool) throws(Failure) {
    // One line is for the prompt.
    let isLong = target.height.map { text.utf8.count { $0 == 0x0a } >= $0 } ?? false
    guard isPaged, isLong,
      let pager = Pager(environment: environmentVariable), pager.show(text)
    else { return try write(text) }
  }
}

enum StandardError {
  /// Writes a message. An error here cannot be reported anywhere.
  static func write(_ text: String) { try? writeAll(Array(text.utf8), to: STDERR_FILENO) }
}

/// Writes all bytes. The corresponding C function is `write`.
func writeAll(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw .last }
    rest = rest.dropFirst(count)
  }
}
