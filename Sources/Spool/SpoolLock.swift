internal import EventLoop
internal import Glibc
internal import SystemPackage

/// Keeps a second process out of a spool: a lock on a file, which the kernel releases when the process
/// ends.
struct SpoolLock: ~Copyable, Sendable {
  private let owned: OwnedDescriptor

  /// - Throws: ``SpoolError/Kind/inUse`` when another process holds it.
  init(directory: String) throws(SpoolError) {
    let path = "\(directory)/lock"
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
    } catch {
      throw SpoolError(.unusable, "cannot open spool lock \(path): \(error)")
    }
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      let holder = SpoolLock.firstLine(descriptor)
      try? descriptor.close()
      throw SpoolError(
        .inUse,
        """
        spool in \(directory) is in use by another producer\(holder.map { " (process \($0))" } ?? ""); \
        set SPOOL_DIR to a separate directory
        """)
    }
    owned = OwnedDescriptor(taking: descriptor.rawValue)
    // For the message of the next process.
    _ = ftruncate(descriptor.rawValue, 0)
    _ = try? descriptor.writeAll(toAbsoluteOffset: 0, "\(getpid())\n".utf8)
  }

  private static func firstLine(_ descriptor: FileDescriptor) -> String? {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
      guard let count = try? descriptor.read(fromAbsoluteOffset: 0, into: buffer), count > 0 else {
        return nil
      }
      let line = buffer.prefix(count).prefix { $0 != UInt8(ascii: "\n") }
      return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
  }
}
