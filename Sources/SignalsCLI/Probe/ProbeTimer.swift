import Glibc
import SignalsAPI
import Synchronization

/// Ends the program with a message at the timeout, wherever it hangs: reading a pipe, in a name lookup,
/// writing to a stopped terminal.
final class ProbeTimer: Sendable {
  private struct End {
    var word: String
    var status: Int32
  }

  private let end: Mutex<End>

  /// Starts the timer, which is never cancelled: a program has at most one.
  init(_ limit: Duration, saying word: String, status: Int32) {
    end = Mutex(End(word: word, status: status))
    let milliseconds = Int32(clamping: max(1, limit.microseconds / 1000))
    // A thread and not SIGALRM: a handler may neither lock nor allocate.
    var thread = pthread_t()
    let context = Unmanaged.passRetained(TimerThread(self, milliseconds)).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<TimerThread>.fromOpaque(context).takeRetainedValue().run()
      }, context)
    precondition(code == 0, "cannot create a thread")
    pthread_detach(thread)
  }

  /// Sets the final status: the result is about to be written, and only that may still hang.
  func settle(status: Int32) { end.withLock { $0 = End(word: "", status: status) } }

  fileprivate func expire() -> Never {
    end.withLock { end in
      var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
      if poll(&output, 1, 0) == 1 { try? writeAll(Array(end.word.utf8), to: STDOUT_FILENO) }
      _exit(end.status)
    }
  }
}

private final class TimerThread: Sendable {
  private let timer: ProbeTimer
  private let milliseconds: Int32

  init(_ timer: ProbeTimer, _ milliseconds: Int32) {
    self.timer = timer
    self.milliseconds = milliseconds
  }

  func run() -> Never {
    // Restarts after SIGSTOP and SIGCONT: being a little late is harmless.
    while poll(nil, 0, milliseconds) != 0 {}
    timer.expire()
  }
}
