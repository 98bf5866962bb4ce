import SignalsAPI
import Time

/// The states of a machine over the columns of a terminal.
struct StateBand: Equatable {
  enum Cell: Equatable {
    /// No state is known.
    case unknown
    /// One state for most of the time.
    case state(Double)
    case several
  }

  let cells: [Cell]

  /// The least share of a cell's time for a state to represent the cell.
  private static let most = 0.75

  init(_ series: Series, over time: TimeScale, columns: Int) {
    let stateSpans = series.stateSpans(until: time.last).map { stay in
      (
        start: time.position(stay.start) * Double(columns),
        end: time.position(stay.end) * Double(columns), value: stay.value
      )
    }
    var shares: [[Double: Double]] = Array(repeating: [:], count: columns)
    for stay in stateSpans where stay.start < Double(columns) {
      for column in Int(stay.start)...max(Int(stay.start), min(columns - 1, Int(stay.end))) {
        let share = min(stay.end, Double(column + 1)) - max(stay.start, Double(column))
        if share > 0 { shares[column][stay.value, default: 0] += share }
      }
    }
    cells = shares.map { shares in
      guard let longest = shares.max(by: { $0.value < $1.value }) else { return .unknown }
      let all = shares.values.reduce(0, +)
      return longest.value >= all * Self.most ? .state(longest.key) : .several
    }
  }

  /// Runs of equal cells.
  var runs: [(cell: Cell, count: Int)] {
    cells.reduce(into: []) { runs, cell in
      if runs.last?.cell == cell {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((cell, 1))
      }
    }
  }
}

/// A state and its period.
struct StateSpan: Equatable {
  let value: Double
  let start: Timestamp
  let end: Timestamp
}

extension Series {
  /// Each state from its reading to the next one, the last until `end` or the machine's last reading.
  func stateSpans(until end: Timestamp) -> [StateSpan] {
    let end = min(end, silentSince ?? end)
    return readings.indices.compactMap { index in
      let start = readings[index].timestamp
      let next = index + 1 < readings.count ? readings[index + 1].timestamp : end
      return next < start ? nil : StateSpan(value: readings[index].value, start: start, end: next)
    }
  }

  /// The share of time in a state, from 0 to 1; nil when the period is empty.
  func share(of value: Double, until end: Timestamp) -> Double? {
    let stateSpans = stateSpans(until: end)
    let all = stateSpans.reduce(0) { $0 + ($1.end - $1.start) }
    let part = stateSpans.filter { $0.value == value }.reduce(0) { $0 + ($1.end - $1.start) }
    return all > 0 ? Double(part) / Double(all) : nil
  }
}
