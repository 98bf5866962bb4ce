/// Work for the calling thread while a request waits.
public struct WaitHook {
  /// Extra descriptors: `action` is called when one of them becomes readable.
  public var descriptors: [Int32]
  /// The maximum interval between calls of `action`.
  public var interval: Duration
  /// Decides whether to keep waiting; `stop` aborts the request, which then throws
  /// ``CurlError/Kind/cancelled``.
  public var action: () -> Flow

  /// Watches the descriptors and runs `action` at least once per `interval`.
  public init(
    descriptors: [Int32] = [], every interval: Duration, _ action: @escaping () -> Flow
  ) {
    self.descriptors = descriptors
    self.interval = interval
    self.action = action
  }
}
