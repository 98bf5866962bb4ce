import Foundation
import TestSupport

/// A service behind nginx as far as these tests need one: it takes FastCGI requests on a unix socket,
/// many on one connection, and answers each with the parameters that came with it, as JSON.
///
/// A request for a path that ends in `/problem` gets a 418 of the service's own instead.
final class FastCGIDouble {
  let path: String
  private let directory: TemporaryDirectory
  private let listener: Int32

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s")
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard bound, listen(listener, 64) == 0 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    Thread.detachNewThread { [listener] in
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        Thread.detachNewThread { serve(connection) }
      }
    }
  }

  deinit {
    // Wakes the accepting thread, which close() alone would not.
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }
}

/// Record types of FastCGI 1.0.
private enum Record {
  static let endRequest: UInt8 = 3
  static let params: UInt8 = 4
  static let input: UInt8 = 5
  static let output: UInt8 = 6
}

private func serve(_ connection: Int32) {
  defer { close(connection) }
  var params: [UInt8] = []
  while let header = read(8, from: connection) {
    let length = Int(header[4]) << 8 | Int(header[5])
    guard let content = read(length + Int(header[6]), from: connection)?.prefix(length) else {
      return
    }
    switch header[1] {
    case Record.params: params += content
    case Record.input where content.isEmpty:
      write(
        record(Record.output, Array(answer(to: decoded(params)).utf8)) + record(Record.output, [])
          + record(Record.endRequest, [UInt8](repeating: 0, count: 8)), to: connection)
      params = []
    default: break
    }
  }
}

private func answer(to params: [String: String]) -> String {
  if params["REQUEST_URI"]?.hasSuffix("/problem") == true {
    return "Status: 418 I'm a teapot\r\nContent-Type: application/problem+json\r\n"
      + "X-Request-Id: of-the-service\r\n\r\n{\"title\":\"I'm a teapot\"}"
  }
  let body = (try? JSONSerialization.data(withJSONObject: params)) ?? Data()
  return "Content-Type: application/json\r\n\r\n" + String(decoding: body, as: UTF8.self)
}

private func decoded(_ bytes: [UInt8]) -> [String: String] {
  var result: [String: String] = [:]
  var rest = bytes[...]
  func takeLength() -> Int? {
    guard let first = rest.popFirst() else { return nil }
    guard first >= 0x80 else { return Int(first) }
    let more = rest.prefix(3)
    rest = rest.dropFirst(3)
    return more.reduce(Int(first & 0x7f)) { $0 << 8 | Int($1) }
  }
  while let name = takeLength(), let value = takeLength() {
    let pair = rest.prefix(name + value)
    result[String(decoding: pair.prefix(name), as: UTF8.self)] =
      String(decoding: pair.dropFirst(name), as: UTF8.self)
    rest = rest.dropFirst(name + value)
  }
  return result
}

private func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
  [1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 0xff), 0, 0] + content
}

private func read(_ count: Int, from descriptor: Int32) -> [UInt8]? {
  var bytes = [UInt8](repeating: 0, count: count)
  var filled = 0
  while filled < count {
    let got = bytes.withUnsafeMutableBytes {
      recv(descriptor, $0.baseAddress! + filled, count - filled, 0)
    }
    guard got > 0 else { return nil }
    filled += got
  }
  return bytes
}

private func write(_ bytes: [UInt8], to descriptor: Int32) {
  _ = bytes.withUnsafeBytes {
    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
  }
}
