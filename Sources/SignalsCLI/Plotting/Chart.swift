import Signals

/// Readings of one type over time, to be drawn: ``lines(width:height:for:)`` for a terminal.
struct Chart: Equatable {
  let kind: Reading.Kind
  /// Those that are drawn.
  let series: [Series]
  /// How many more machines there are.
  let omitted: Int
  let time: TimeScale
  let times: TimeStyle

  /// - Parameters:
  ///   - readings: In any order.
  ///   - period: What the axis of time shows; nil for as long as there are readings.
  init(
    _ readings: [Reading], ofType type: String, during period: ClosedRange<Timestamp>? = nil,
    times: TimeStyle
  ) {
    let moments = readings.map(\.timestamp)
    let zero = Timestamp(microseconds: 0)
    let first = period?.lowerBound ?? moments.min() ?? zero
    let last = period?.upperBound ?? moments.max() ?? zero
    self.init(
      Series.all(of: readings.filter { (first...last).contains($0.timestamp) }), ofType: type,
      during: first...last, times: times)
  }

  /// - Parameter all: Those that matter most first; their readings are of the period.
  init(
    _ all: [Series], ofType type: String, during period: ClosedRange<Timestamp>,
    times: TimeStyle
  ) {
    kind = Reading.Kind(ofType: type)
    time = TimeScale(first: period.lowerBound, last: period.upperBound)
    series = Array(all.prefix(kind == .amount ? Style.ofLines.count : Self.mostLanes))
    omitted = all.count - series.count
    self.times = times
  }

  /// How many machines may have a line of their own where lines do not cross.
  private static let mostLanes = 12

  var count: Int { series.reduce(0) { $0 + $1.readings.count } }

  /// Of all values; from 0 to 1 when there are none.
  var values: ClosedRange<Double> {
    let values = series.flatMap(\.readings).map(\.value)
    guard let min = values.min(), let max = values.max() else { return 0...1 }
    return min...max
  }
}
