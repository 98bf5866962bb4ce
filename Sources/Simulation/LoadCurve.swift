internal import Time

/// A machine's load over time, relative to its usual load.
struct LoadCurve: Sendable {
  /// The usual load is 1024.
  typealias Factor = Int64
  static let usual: Factor = 1024
  /// How long the machine takes to follow, in microseconds, unless the next change comes sooner.
  private static let lag: Int64 = 500_000

  /// A load set for `[begin, end)`.
  struct Command {
    let begin: Timestamp
    let end: Timestamp
    let factor: Factor
  }

  private struct Step {
    let time: Timestamp
    let factor: Factor
  }

  /// The interval between two steps, or before the first or after the last.
  struct Segment {
    let since: Timestamp
    let until: Timestamp
    /// The duration of the change; the factor is `from` before and `to` after it.
    let change: Range<Timestamp>
    let from: Factor
    let to: Factor
  }

  private let steps: [Step]

  /// - Parameter orders: Of overlapping orders the latest to begin applies.
  init(_ commands: [Command]) {
    let commands = commands.filter { $0.begin < $0.end }.enumerated()
      .sorted { ($0.element.begin, $0.offset) < ($1.element.begin, $1.offset) }.map(\.element)
    let moments = Set(commands.flatMap { [$0.begin, $0.end] }).sorted()
    var steps: [Step] = []
    var next = commands.startIndex
    var begun: [Command] = []
    for moment in moments {
      while next < commands.endIndex, commands[next].begin <= moment {
        begun.append(commands[next])
        next += 1
      }
      while let last = begun.last, last.end <= moment { begun.removeLast() }
      let factor = begun.last?.factor ?? LoadCurve.usual
      if factor != steps.last?.factor ?? LoadCurve.usual {
        steps.append(Step(time: moment, factor: factor))
      }
    }
    self.steps = steps
  }

  func segment(at time: Timestamp) -> Segment {
    let next = steps.firstIndex { $0.time > time } ?? steps.endIndex
    let until = next < steps.endIndex ? steps[next].time : Timestamp(microseconds: .max)
    guard next > steps.startIndex else {
      let since = Timestamp(microseconds: .min)
      return Segment(
        since: since, until: until, change: since..<since, from: LoadCurve.usual,
        to: LoadCurve.usual)
    }
    let step = steps[next - 1]
    let from = next >= 2 ? steps[next - 2].factor : LoadCurve.usual
    return Segment(
      since: step.time, until: until, change: step.time..<min(until, step.time + LoadCurve.lag),
      from: from, to: step.factor)
  }
}
