import Signals

/// The moments at which batches end: multiples of their length, so that the same stretch of time is
/// always cut into the same batches.
struct BatchGrid: Sendable, Equatable {
  let length: Int64

  /// - Parameter length: Of a batch.
  init(_ length: Duration) { self.length = Int64(length / .microseconds(1)) }

  /// The beginning of the batch that `time` is in.
  func start(at time: Timestamp) -> Timestamp {
    Timestamp(microseconds: time.microseconds.floorDivided(by: length).quotient * length)
  }

  /// The end of the batch that `time` is in.
  func end(after time: Timestamp) -> Timestamp { start(at: time) + length }
}
