import Glibc

/// The program through which a person reads what is longer than the terminal.
struct Pager: Equatable {
  /// `less` of our own choice, or what PAGER has a shell do.
  enum Command: Equatable {
    case less
    case shell(String)
  }

  let command: Command
  /// For `less`: as it stands, with colours, and without clearing the screen (F, R and X).
  let environment: [(name: String, value: String)]

  static func == (one: Pager, other: Pager) -> Bool {
    one.command == other.command && one.environment.elementsEqual(other.environment, by: ==)
  }

  /// nil when there is to be none: PAGER is `cat`, or the terminal can do nothing that a pager needs.
  init?(environment: (String) -> String?) {
    guard let terminal = environment("TERM"), terminal != "dumb" else { return nil }
    switch environment("PAGER") {
    case nil: command = .less
    case "cat": return nil
    case let command?: self.command = .shell(command)
    }
    self.environment = environment("LESS") == nil ? [("LESS", "FRX")] : []
  }

  /// Lets the reader read; whether there was such a program.
  func show(_ text: String) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return false }
    // Its end comes when we close ours: the pager must not hold a copy.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Ctrl-C is the pager's: it ends a search in it, not us.
    let interrupt = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, interrupt) }
    let child = start(reading: ends[0])
    close(ends[0])
    // A reader that has seen enough is no failure.
    if child != nil { try? writeAll(Array(text.utf8), to: ends[1]) }
    close(ends[1])
    guard let child else { return false }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    // What a shell says of a program that is not there.
    let isMissing = status & 0x7f == 0 && [126, 127].contains(status >> 8 & 0xff)
    return !isMissing
  }

  /// Its process; nil when it could not be started.
  private func start(reading input: Int32) -> pid_t? {
    for (name, value) in environment { setenv(name, value, 1) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Memory and not a value, for the same reason as in TimeStyle.
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
