public import Signals
public import Time

/// The readings of all machines of a plan, ordered by time, then machine, then type.
///
/// Generated in chunks, so that a year takes no more memory than a minute.
public struct OrderedReadings {
  /// The approximate number of readings per chunk.
  private static let chunkSize = 16_384

  private var fleet: Fleet
  private let period: Int64
  private let length: Int64
  private var cursor: Timestamp
  private let end: Timestamp
  /// The readings of a chunk, as the machines produce them.
  private var made: [Reading] = []
  private var power: [Reading] = []
  private var others: [Reading] = []

  /// For the interval `[start, end)`.
  public init(_ plan: Plan, from start: Timestamp, to end: Timestamp) {
    fleet = Fleet(plan)
    period = plan.rates.powerPeriod
    length = Int64(max(OrderedReadings.chunkSize / plan.machines, 1)) * period
    cursor = start
    self.end = end
  }

  /// Replaces `readings` with the next chunk.
  ///
  /// - Returns: False at the end.
  public mutating func next(_ readings: inout [Reading]) -> Bool {
    guard cursor < end else { return false }
    let grid = cursor.microseconds.floorDivided(by: length).quotient
    let until = min(Timestamp(microseconds: (grid + 1) * length), end)
    made.removeAll(keepingCapacity: true)
    fleet.append(from: cursor, to: until, &made)
    cursor = until
    partition()
    merge(&readings)
    return true
  }

  /// All machines have power readings at the same times, so these need no search. The others are few.
  private mutating func partition() {
    let machines = fleet.plan.machines
    others.removeAll(keepingCapacity: true)
    power.removeAll(keepingCapacity: true)
    guard let first = made.first(where: { $0.type == SimulatedSignal.power.rawValue }) else {
      others = made
      others.sort(by: OrderedReadings.precedes)
      return
    }
    power.append(contentsOf: repeatElement(first, count: made.count))
    var count = 0
    for reading in made {
      if reading.type == SimulatedSignal.power.rawValue {
        let tick = Int((reading.time - first.time) / period)
        power[tick * machines + Int(reading.machine)] = reading
        count += 1
      } else {
        others.append(reading)
      }
    }
    power.removeLast(power.count - count)
    others.sort(by: OrderedReadings.precedes)
  }

  private func merge(_ readings: inout [Reading]) {
    readings.removeAll(keepingCapacity: true)
    var next = 0
    for reading in power {
      while next < others.count, OrderedReadings.precedes(others[next], reading) {
        readings.append(others[next])
        next += 1
      }
      readings.append(reading)
    }
    readings.append(contentsOf: others[next...])
  }

  private static func precedes(_ a: Reading, _ b: Reading) -> Bool {
    if a.time != b.time { return a.time < b.time }
    return (a.machine, a.type) < (b.machine, b.type)
  }
}
