import SignalsAPI
import Time

/// A chart of readings of one type over time; ``lines(width:height:for:)`` draws it on a terminal.
struct Chart: Equatable {
  let kind: Reading.Kind
  /// The series to draw.
  let series: [Series]
  /// The number of machines without a series.
  let omitted: Int
  let time: TimeScale
  let times: TimeStyle

  /// - Parameters:
  ///   - readings: In any order.
  ///   - period: The range of the time axis; nil for that of the readings.
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

  /// - Parameter all: The most important first, with readings of the period only.
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

  /// The maximum number of lanes.
  private static let mostLanes = 12

  var count: Int { series.reduce(0) { $0 + $1.readings.count } }

  /// The range of all values; 0 to 1 when there are none.
  var values: ClosedRange<Double> {
    let values = series.flatMap(\.readings).map(\.value)
    guard let min = values.min(), let max = values.max() else { return 0...1 }
    return min...max
  }
}
