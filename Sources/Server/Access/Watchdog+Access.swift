public import Access

extension Watchdog.Part {
  /// Runs once a second at least; a full token queue takes a few seconds.
  public static func access(_ access: AccessControl) -> Watchdog.Part {
    Watchdog.Part("access", allowance: .seconds(30)) { access.iterations }
  }
}
