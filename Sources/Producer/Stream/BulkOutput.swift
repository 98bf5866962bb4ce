import EventLoop
import Glibc
import SystemPackage

/// Standard output for bulk data; a closed pipe is not an error.
struct BulkOutput {
  private let descriptor = FileDescriptor.standardOutput

  init() {
    // A failed write reports a closed pipe as well, and allows an orderly exit.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes all of `bytes`, waiting as long as necessary.
  ///
  /// - Returns: False when the reader has closed the pipe.
  /// - Throws: ``OutputError``, as when the disk is full.
  func write(_ bytes: [UInt8]) throws -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      do {
        rest.removeFirst(try rest.withUnsafeBytes { try descriptor.write($0) })
      } catch Errno.brokenPipe {
        return false
      } catch Errno.wouldBlock {
        // An inherited descriptor may be non-blocking.
        _ = try Readiness.wait(
          for: descriptor.rawValue, .writable, until: .now + .seconds(3600))
      } catch let error as Errno {
        throw OutputError(errno: error)
      }
    }
    return true
  }
}

/// A failed write to standard output.
struct OutputError: Error, CustomStringConvertible {
  let errno: Errno

  var description: String { "cannot write to standard output: \(errno)" }
}
