import Time

/// A time axis with ticks at round times.
struct TimeScale: Equatable {
  let first: Timestamp
  let last: Timestamp

  struct Tick: Equatable {
    let time: Timestamp
    let label: String
  }

  private static let second: Int64 = 1_000_000
  private static let minute = 60 * second
  private static let day = 24 * 60 * minute

  /// In microseconds, shortest first.
  private static let steps: [Int64] = {
    let decades = (0..<6).map { [1, 10, 100, 1000, 10_000, 100_000][$0] as Int64 }
    let seconds = ([1, 2, 5, 10, 15, 30] as [Int64]).map { $0 * second }
    let hours = ([1, 2, 3, 6, 12] as [Int64]).map { $0 * 60 * minute }
    return decades.flatMap { [$0, 2 * $0, 5 * $0] } + seconds + seconds.map { $0 * 60 } + hours
      + decades.flatMap { [$0 * day, 2 * $0 * day, 5 * $0 * day] }
  }()

  /// Microseconds.
  private var span: Int64 { last - first }

  /// 0 at the first time, 1 at the last; 0.5 when they are equal.
  func position(_ time: Timestamp) -> Double {
    span > 0 ? Double(time - first) / Double(span) : 0.5
  }

  /// As many ticks as fit into the columns.
  func ticks(columns: Int, style: TimeStyle) -> [Tick] {
    guard span > 0 else { return [Tick(time: first, label: label(first, step: 1000, style))] }
    let step = Self.steps.first { step in
      let room = Double(columns) * Double(step) / Double(span)
      return room >= Double(label(first, step: step, style).count + 2)
    }
    guard let step else { return [] }
    let offset = style.offset(at: first)
    var time = Self.next(first.microseconds + offset, step: step)
    var ticks: [Tick] = []
    while time - offset <= last.microseconds {
      // Daylight saving time may have begun or ended since the first.
      let guess = Timestamp(microseconds: time - offset)
      let moment = guess + (offset - style.offset(at: guess))
      if (first...last).contains(moment) {
        ticks.append(Tick(time: moment, label: label(moment, step: step, style)))
      }
      time += step
    }
    return ticks
  }

  private static func next(_ time: Int64, step: Int64) -> Int64 {
    let (quotient, remainder) = time.floorDivided(by: step)
    return (remainder == 0 ? quotient : quotient + 1) * step
  }

  private func label(_ time: Timestamp, step: Int64, _ style: TimeStyle) -> String {
    switch step {
    case Self.day...: return style.text(time, "%Y-%m-%d")
    case Self.minute...:
      return style.text(time, span >= Self.day ? "%m-%d %H:%M" : "%H:%M")
    case Self.second...: return style.text(time, "%H:%M:%S")
    default:
      var (unit, digits) = (Self.second, 0)
      while step % unit != 0 { (unit, digits) = (unit / 10, digits + 1) }
      let microseconds = time.microseconds.floorDivided(by: Self.second).remainder
      let fraction = String(microseconds + Self.second).dropFirst().prefix(digits)
      return "\(style.text(time, "%H:%M:%S")).\(fraction)"
    }
  }
}
