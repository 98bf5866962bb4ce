/// Work for the calling thread while a request waits.
public struct Attention {
  /// Extra descriptors: `act` is called when one of them becomes readable.
  public var descriptors: [Int32]
  /// The maximum interval between calls of `act`.
  public var interval: Duration
  /// Decides whether to keep waiting; `stop` aborts the request, which then throws
  /// ``CurlError/Kind/cancelled``.
  public var act: () -> Flow

  /// Watches the descriptors and runs `act` at least once per `interval`.
  public init(
    descriptors: [Int32] = [], every interval: Duration, _ act: @escaping () -> Flow
  ) {
    self.descriptors = descriptors
    self.interval = interval
    self.act = act
  }
}
