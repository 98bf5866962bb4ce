import Postgres
import SignalStore
import Signals
import Time

extension ReadingWriter {
  static let producer = "00000000-0000-4000-8000-000000000001"

  /// For a database of a test's own.
  init(
    _ parameters: ConnectionParameters, producer: String = ReadingWriter.producer,
    types: [String] = ["state_change", "power", "error"],
    timeouts: PostgresConnection.Timeouts = .init(timeout: .seconds(60))
  ) throws {
    try self.init(
      PostgresConnection(parameters, timeouts: timeouts), producer: producer,
      types: types, machineName: { "machine-\($0 + 1)" })
  }

  /// Writes readings as the batch that follows those that are stored.
  mutating func write(_ readings: [Reading]) throws {
    let stored = try watermark().sequence
    let isStored = try write([Batch(stored + 1, readings)], after: stored)
    precondition(isStored)
  }
}

extension Batch {
  init(_ sequence: Int64, _ readings: [Reading]) {
    let times = readings.map(\.time)
    self.init(
      sequence: sequence, since: times.min()!, through: times.max()! + 1, count: readings.count,
      rows: ReadingRows(readings).bytes)
  }
}
