/// The breakdown of a response time, for the `Server-Timing` header.
public struct ServerTiming: Sendable {
  /// Time until the query was sent, for the request that waited longest.
  let wait: Duration
  /// Time from sending the query to its result.
  public let query: Duration
  /// When the result arrived.
  let resultCame: ContinuousClock.Instant

  /// In milliseconds, as in `wait;dur=0.041, query;dur=0.302, render;dur=0.012`.
  public func header(at now: ContinuousClock.Instant) -> String {
    let render = now - resultCame
    return "wait;dur=\(milliseconds(wait)), query;dur=\(milliseconds(query)), "
      + "render;dur=\(milliseconds(render))"
  }

  private func milliseconds(_ duration: Duration) -> Double {
    Double(duration.nanoseconds / 1000) / 1000
  }
}
