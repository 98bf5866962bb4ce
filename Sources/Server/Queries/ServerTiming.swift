/// Where the time of an answer went, for its `Server-Timing` header.
public struct ServerTiming: Sendable {
  /// Until the query was sent; of the request that has waited longest for it.
  let wait: Duration
  /// From the query's sending to its result.
  public let query: Duration
  /// When the result was here.
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
