import Glibc
import SignalsAPI

/// The pager for output longer than the terminal.
struct Pager: Equatable {
  /// `less` by default, or a shell command from PAGER.
  enum Command: Equatable {
    case less
    case shell(String)
  }

  let command: Command
  /// LESS=FRX: exit if the text fits, keep colours, do not clear the screen.
  let environment: [(name: String, value: String)]

  static func == (one: Pager, other: Pager) -> Bool {
    one.command == other.command && one.environment.elementsEqual(other.environment, by: ==)
  }

  /// nil when PAGER is `cat` or the terminal is too simple for a pager.
  init?(environment: (String) -> String?) {
    guard let terminal = environment("TERM"), terminal != "dumb" else { return nil }
    switch environment("PAGER") {
    case nil: command = .less
    case "cat": return nil
    case let command?: self.command = .shell(command)
    }
    self.environment = environment("LESS") == nil ? [("LESS", "FRX")] : []
  }

  /// Shows text and waits for the pager to exit; false when it cannot be run.
  func show(_ text: String) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return false }
    // The pager must not inherit the write end: it would never see the end of the text.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Ctrl-C is for the pager, which uses it to cancel a search.
    let interrupt = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, interrupt) }
    let child = start(reading: ends[0])
    close(ends[0])
    // The user may quit the pager early.
    if child != nil { try? writeAll(Array(text.utf8), to: ends[1]) }
    close(ends[1])
    guard let child else { return false }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    // A shell's statuses for a command that cannot be run.
    let isMissing = status & 0x7f == 0 && [126, 127].contains(status >> 8 & 0xff)
    return !isMissing
  }

  /// Starts the pager; nil when that fails.
  private func start(reading input: Int32) -> pid_t? {
    for (name, value) in environment { setenv(name, value, 1) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Allocated memory, for the same reason as in TimeStyle.
    withUnsafeTemporaryAllocation(of: sigset_t.self, capacity: 1) { defaults in
      sigemptyset(defaults.baseAddress!)
      for number in [SIGINT, SIGPIPE] { sigaddset(defaults.baseAddress!, number) }
      posix_spawnattr_setsigdefault(&attributes, defaults.baseAddress!)
    }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let words =
      switch command {
      case .less: ["less"]
      case .shell(let text): ["/bin/sh", "-c", text]
      }
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    return posix_spawnp(&child, words[0], &actions, &attributes, &arguments, environ) == 0
      ? child : nil
  }
}
