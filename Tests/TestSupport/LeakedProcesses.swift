import Foundation
import Synchronization

/// The processes that would outlive the tests: those of values that live until the end, such as what
/// several tests share. They are ended when the test process exits.
enum LeakedProcesses {
  private static let pids = Mutex<Set<Int32>>([])
  private static let atExit: Void = {
    atexit { LeakedProcesses.pids.withLock { for pid in $0 { kill(pid, SIGTERM) } } }
  }()

  static func add(_ pid: Int32) {
    _ = atExit
    pids.withLock { _ = $0.insert(pid) }
  }

  static func remove(_ pid: Int32) { pids.withLock { _ = $0.remove(pid) } }
}
