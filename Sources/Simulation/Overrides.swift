internal import Time

/// The faults and stops injected into one machine, which override its schedule.
struct Overrides: Sendable {
  /// An injected stop.
  struct Command {
    let kind: StopKind
    let begin: Timestamp
    /// The machine resumes here, or with its next scheduled work.
    let end: Timestamp
  }

  private struct AppliedStop {
    let stop: Stop
    /// When Execute follows, or the next injected stop.
    var until: Timestamp
    /// The end of the injected stop.
    let ordered: Timestamp
  }

  /// In time order, without overlap.
  private var stops: [AppliedStop] = []

  /// - Parameter orders: In any order. A stop during another replaces it, and lasts until the later end
  ///   of both.
  init(_ commands: [Command], _ schedule: Schedule) {
    for command in commands.sorted(by: { ($0.begin, $0.kind) < ($1.begin, $1.kind) }) {
      add(command, schedule)
    }
  }

  private mutating func add(_ command: Command, _ schedule: Schedule) {
    var end = command.end
    if let last = stops.last, command.begin < last.until {
      end = max(end, last.ordered)
      if last.stop.begin == command.begin {
        stops.removeLast()
      } else {
        stops[stops.count - 1].until = command.begin
      }
    }
    let before = phase(at: command.begin + -1, schedule)
    let resumption = schedule.work(from: end)
    stops.append(
      AppliedStop(
        stop: Stop(
          stateSequence: command.kind.stateSequence(from: before.state), begin: command.begin,
          end: resumption,
          powerBefore: before.ramp.power(at: command.begin),
          powerAfter: schedule.phase(at: resumption).ramp.power(at: resumption)),
        until: resumption, ordered: end))
  }

  /// The phase at `time`.
  func phase(at time: Timestamp, _ schedule: Schedule) -> Phase {
    let next = indexOfFirst(after: time)
    var phase: Phase
    if next > 0, time < stops[next - 1].until {
      phase = stops[next - 1].stop.phase(at: time)
      phase.until = min(phase.until, stops[next - 1].until)
    } else {
      phase = schedule.phase(at: time)
      if next > 0 { phase.since = max(phase.since, stops[next - 1].until) }
      if next < stops.count { phase.until = min(phase.until, stops[next].stop.begin) }
    }
    return phase
  }

  func isWorking(at time: Timestamp, _ schedule: Schedule) -> Bool {
    !isStop(at: time) && schedule.isWorking(at: time)
  }

  /// Whether an injected stop overrides the schedule.
  func isStop(at time: Timestamp) -> Bool {
    let next = indexOfFirst(after: time)
    return next > 0 && time < stops[next - 1].until
  }

  private func indexOfFirst(after time: Timestamp) -> Int {
    var low = 0
    var high = stops.count
    while low < high {
      let middle = (low + high) / 2
      if stops[middle].stop.begin > time { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
