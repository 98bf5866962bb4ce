import Glibc

/// The terminal in full-screen mode. It is restored exactly, however the program ends: when this value
/// is destroyed, by a signal, or with a trap.
struct LiveTerminal: ~Copyable {
  /// The state to restore, reachable from a signal handler.
  fileprivate struct Saved {
    /// nil when standard input is not a terminal, so that there are no keys.
    var mode: termios?
    var live: termios?
  }

  /// Alternate screen on, cursor off, line wrapping off.
  private static let begin: StaticString = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"
  private static let end: StaticString = "\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"
  /// Signals that would end the program without restoring the terminal.
  private static let fatal = [
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE,
  ]

  init() {
    var state = Saved()
    var mode = termios()
    if tcgetattr(STDIN_FILENO, &mode) == 0 {
      state.mode = mode
      // Unbuffered keys without echo; Ctrl-C and Ctrl-Z still send signals.
      mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
      withUnsafeMutableBytes(of: &mode.c_cc) {
        $0[Int(VMIN)] = 1
        $0[Int(VTIME)] = 0
      }
      state.live = mode
    }
    let pointer = UnsafeMutablePointer<Saved>.allocate(capacity: 1)
    pointer.initialize(to: state)
    saved = pointer
    Self.enter()
    for number in Self.fatal {
      signal(number) { number in
        LiveTerminal.leave()
        signal(number, SIG_DFL)
        // Delivered when this handler returns.
        raise(number)
      }
    }
    Self.awaitSuspension()
    // Only to interrupt the wait.
    signal(SIGWINCH) { _ in }
  }

  deinit {
    Self.leave()
    for number in Self.fatal + [SIGTSTP, SIGWINCH] { signal(number, SIG_DFL) }
    saved?.deallocate()
    saved = nil
  }

  /// Whether standard output is a terminal with a full-screen mode.
  static var isPossible: Bool {
    isatty(STDOUT_FILENO) == 1 && environmentVariable("TERM") ?? "dumb" != "dumb"
  }

  /// Draws lines, which must fit the terminal; false when it is gone.
  borrowing func draw(_ lines: [String]) -> Bool {
    // Erase before writing each line: after a full line the cursor is still on its last character. The
    // last one erases everything below.
    let body = lines.enumerated().map { index, line in
      "\u{1b}[\(index == lines.count - 1 ? "J" : "K")\(line)"
    }.joined(separator: "\r\n")
    // Synchronised output: a terminal that supports it shows the frame at once.
    let frame = "\u{1b}[?2026h\u{1b}[H\(body)\u{1b}[?2026l"
    do {
      try writeAll(Array(frame.utf8), to: STDOUT_FILENO)
      return true
    } catch {
      return false
    }
  }

  /// Makes Ctrl-Z suspend the program with the terminal restored.
  private static func awaitSuspension() {
    var action = sigaction()
    // The handler raises the signal again.
    action.sa_flags = SA_NODEFER | SA_RESTART
    action.__sigaction_handler.sa_handler = { _ in
      LiveTerminal.leave()
      signal(SIGTSTP, SIG_DFL)
      // Not SIGSTOP: without a job-control shell to resume us, SIGTSTP does nothing.
      raise(SIGTSTP)
      LiveTerminal.awaitSuspension()
      LiveTerminal.enter()
    }
    sigaction(SIGTSTP, &action, nil)
  }

  // Async-signal-safe: both call only write and tcsetattr.

  private static func enter() {
    if var live = saved?.pointee.live { tcsetattr(STDIN_FILENO, TCSADRAIN, &live) }
    _ = Glibc.write(STDOUT_FILENO, begin.utf8Start, begin.utf8CodeUnitCount)
  }

  private static func leave() {
    _ = Glibc.write(STDOUT_FILENO, end.utf8Start, end.utf8CodeUnitCount)
    if var mode = saved?.pointee.mode { tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) }
  }
}

/// The saved state of the terminal. Set before the handlers are installed, cleared after they are removed.
nonisolated(unsafe) private var saved: UnsafeMutablePointer<LiveTerminal.Saved>?
