import EventLoop
import Glibc
import SystemPackage

/// Standard output for much that is written at once: a pipe that nobody reads any more is no error.
struct StandardOutput {
  private let descriptor = FileDescriptor.standardOutput

  init() {
    // The write tells as well, and leaves us to end in good order.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes all of `bytes`, however long that takes.
  ///
  /// - Returns: Whether somebody still reads.
  /// - Throws: ``OutputError``, as when the disk is full.
  func write(_ bytes: [UInt8]) throws -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      do {
        rest.removeFirst(try rest.withUnsafeBytes { try descriptor.write($0) })
      } catch Errno.brokenPipe {
        return false
      } catch Errno.wouldBlock {
        // Whoever gave us the descriptor may have made it one that does not wait.
        _ = try Readiness.wait(
          for: descriptor.rawValue, .writable, until: .now + .seconds(3600))
      } catch let error as Errno {
        throw OutputError(errno: error)
      }
    }
    return true
  }
}

/// Standard output that takes no more.
struct OutputError: Error, CustomStringConvertible {
  let errno: Errno

  var description: String { "standard output cannot be written: \(errno)" }
}
