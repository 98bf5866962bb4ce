import Glibc

/// The terminal as a screen of our own. It is put back exactly as it was, however the program ends:
/// with this value's end, by a signal, or with a trap.
struct LiveTerminal: ~Copyable {
  /// What is restored, where a signal handler can reach it.
  fileprivate struct Saved {
    /// nil when standard input is no terminal: there are no keys then.
    var mode: termios?
    var live: termios?
  }

  /// The alternate screen, without a cursor; lines that are too long are cut by the terminal.
  private static let begin: StaticString = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"
  private static let end: StaticString = "\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"
  /// What would end the program with the terminal left as it is.
  private static let fatal = [
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE,
  ]

  init() {
    var state = Saved()
    var mode = termios()
    if tcgetattr(STDIN_FILENO, &mode) == 0 {
      state.mode = mode
      // Keys come one by one and unseen; Ctrl-C and Ctrl-Z stay signals.
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
        // It arrives when this handler returns.
        raise(number)
      }
    }
    Self.awaitSuspension()
    // It only has to interrupt the wait.
    signal(SIGWINCH) { _ in }
  }

  deinit {
    Self.leave()
    for number in Self.fatal + [SIGTSTP, SIGWINCH] { signal(number, SIG_DFL) }
    saved?.deallocate()
    saved = nil
  }

  /// Whether the terminal behind standard output can be such a screen.
  static var isPossible: Bool {
    isatty(STDOUT_FILENO) == 1 && environmentVariable("TERM") ?? "dumb" != "dumb"
  }

  /// Shows lines that are no wider than the terminal, and no more than it has; whether it is there.
  borrowing func draw(_ lines: [String]) -> Bool {
    // What was there goes before the line comes: behind a full one the cursor is still on its last
    // character. Below the last line all goes.
    let body = lines.enumerated().map { index, line in
      "\u{1b}[\(index == lines.count - 1 ? "J" : "K")\(line)"
    }.joined(separator: "\r\n")
    // Between the two marks a terminal that knows them shows nothing half drawn.
    let frame = "\u{1b}[?2026h\u{1b}[H\(body)\u{1b}[?2026l"
    do {
      try writeAll(Array(frame.utf8), to: STDOUT_FILENO)
      return true
    } catch {
      return false
    }
  }

  /// Lets Ctrl-Z stop the program as it does any other, with the terminal as it was meanwhile.
  private static func awaitSuspension() {
    var action = sigaction()
    // Within the handler the signal has to arrive once more.
    action.sa_flags = SA_NODEFER | SA_RESTART
    action.__sigaction_handler.sa_handler = { _ in
      LiveTerminal.leave()
      signal(SIGTSTP, SIG_DFL)
      // Not SIGSTOP: where no shell could bring us back this one does nothing.
      raise(SIGTSTP)
      LiveTerminal.awaitSuspension()
      LiveTerminal.enter()
    }
    sigaction(SIGTSTP, &action, nil)
  }

  // Both are for signal handlers too: they call nothing but write and tcsetattr.

  private static func enter() {
    if var live = saved?.pointee.live { tcsetattr(STDIN_FILENO, TCSADRAIN, &live) }
    _ = Glibc.write(STDOUT_FILENO, begin.utf8Start, begin.utf8CodeUnitCount)
  }

  private static func leave() {
    _ = Glibc.write(STDOUT_FILENO, end.utf8Start, end.utf8CodeUnitCount)
    if var mode = saved?.pointee.mode { tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) }
  }
}

/// Of the one terminal there is. Set before any handler is, and left alone until all are gone.
nonisolated(unsafe) private var saved: UnsafeMutablePointer<LiveTerminal.Saved>?
