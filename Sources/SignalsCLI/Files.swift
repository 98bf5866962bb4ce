import Glibc

/// An `errno`.
struct SystemError: Error, CustomStringConvertible {
  let code: Int32

  static var last: SystemError { SystemError(code: errno) }

  /// In the kernel's words: `No such file or directory`.
  var description: String { String(cString: strerror(code)) }
}

/// A small file as a whole, a pipe too.
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

/// Makes a file, or puts content in the place of what it held; a pipe or device takes it too.
func writeFile(_ path: String, _ content: [UInt8]) throws(SystemError) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard file >= 0 else { throw .last }
  defer { close(file) }
  try writeAll(content, to: file)
}

/// Takes the places of standard input, output and error where they are closed: the next connection would
/// get them, and the result with it. What is opened the wrong way fails as what is closed does.
func holdStandardDescriptors() {
  for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
  where fcntl(descriptor, F_GETFD) < 0 {
    // It becomes the lowest number that is free, which is this one.
    _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

enum StandardOutput {
  /// Writes a result. A reader that has gone has had enough: that is no failure.
  static func write(_ bytes: [UInt8]) throws(Failure) { _ = try offer(bytes) }

  /// Writes a part of a result; whether there is still somebody who reads.
  static func offer(_ bytes: [UInt8]) throws(Failure) -> Bool {
    do {
      try writeAll(bytes, to: STDOUT_FILENO)
      return true
    } catch {
      guard error.code != EPIPE else { return false }
      throw Failure(.failed, "cannot write the result: \(error.description)")
    }
  }

  /// Rests until then, or until the reader has gone; whether it is still there.
  static func rest(until end: ContinuousClock.Instant) -> Bool {
    var reader = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    while true {
      let left = ((end - .now) / .milliseconds(1)).rounded(.up)
      guard left > 0 else { return true }
      if poll(&reader, 1, Int32(min(left, 60_000))) > 0 { return false }
    }
  }

  static func write(_ text: String) throws(Failure) { try write(Array(text.utf8)) }

  /// Writes a result for a person: through a pager when a terminal cannot show all of it at once.
  static func show(_ text: String, for medium: Medium, isPaged: Bool) throws(Failure) {
    // The line below is the shell's.
    let isLong = medium.height.map { text.utf8.count { $0 == 0x0a } >= $0 } ?? false
    guard isPaged, isLong,
      let pager = Pager(environment: environmentVariable), pager.show(text)
    else { return try write(text) }
  }
}

enum StandardError {
  /// Writes a complaint. There is nowhere to complain when that fails.
  static func write(_ text: String) { try? writeAll(Array(text.utf8), to: STDERR_FILENO) }
}

/// The corresponding C function is `write`, until all is written.
func writeAll(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw .last }
    rest = rest.dropFirst(count)
  }
}
