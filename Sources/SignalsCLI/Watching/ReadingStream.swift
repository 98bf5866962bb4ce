import SignalsAPI
import Time

/// Follows a type line by line: new readings on standard output, notes on standard error.
struct ReadingStream: ~Copyable {
  private var api: SignalsClient
  private var followed: FollowedType
  private let interval: Duration
  private let output: ReadingOutput
  private var outage = Outage()

  init(
    _ api: consuming SignalsClient, _ followed: FollowedType, interval: Duration,
    _ output: ReadingOutput
  ) {
    self.api = api
    self.followed = followed
    self.interval = interval
    self.output = output
  }

  /// Runs until the reader closes the pipe.
  ///
  /// - Throws: ``Failure`` when the error is permanent, or the lines cannot be written.
  mutating func run() throws(Failure) {
    guard try output.begin() else { return }
    while try step(), StandardOutput.rest(until: followed.due) {}
  }

  /// False when the reader has closed the pipe.
  private mutating func step() throws(Failure) -> Bool {
    do {
      let update = try followed.ask(&api)
      if let remark = outage.end(at: .now) { StandardError.remark(remark) }
      if let gap = update.gap { StandardError.remark(gap.description) }
      return try output.append(update.readings)
    } catch {
      let (pause, remark) = try outage.begin(with: error, at: .now, interval: interval)
      if let remark { StandardError.remark(remark) }
      followed.due = .now + pause
      return true
    }
  }
}

extension ReadingFollower.Gap: CustomStringConvertible {
  /// For standard error.
  var description: String {
    let reason = "a response holds at most \(FollowedType.limit)"
    guard let after else { return "readings up to \(before) may be missing: \(reason)" }
    return """
      about \(count(estimate, "reading")) between \(after) and \(before) \
      \(estimate == 1 ? "is" : "are") missing: \(reason)
      """
  }
}
