public import Access

extension Watchdog.Part {
  /// It turns once a second at least; a queue full of tokens takes it a few.
  public static func access(_ access: AccessControl) -> Watchdog.Part {
    Watchdog.Part("access", allowance: .seconds(30)) { access.turns }
  }
}
