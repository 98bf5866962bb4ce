/// What the caller looks after while it waits for an answer.
public struct Attention {
  /// Besides the connection: `act` is called when one of these is readable.
  public var descriptors: [Int32]
  /// `act` is called at least this often.
  public var interval: Duration
  /// Whether to go on waiting; `stop` gives the request up, which then throws
  /// ``CurlError/Kind/cancelled``.
  public var act: () -> Flow

  /// Looks after these descriptors, at least once every `interval`.
  public init(
    descriptors: [Int32] = [], every interval: Duration, _ act: @escaping () -> Flow
  ) {
    self.descriptors = descriptors
    self.interval = interval
    self.act = act
  }
}
