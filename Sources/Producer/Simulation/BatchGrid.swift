import Time

/// The batch boundaries: multiples of the batch length, so that a period is always divided into the same
/// batches.
struct BatchGrid: Sendable, Equatable {
  let length: Int64

  /// - Parameter length: The length of a batch.
  init(_ length: Duration) { self.length = Int64(length / .microseconds(1)) }

  /// The start of the batch that contains `time`.
  func start(at time: Timestamp) -> Timestamp {
    Timestamp(microseconds: time.microseconds.floorDivided(by: length).quotient * length)
  }

  /// The end of the batch that contains `time`.
  func end(after time: Timestamp) -> Timestamp { start(at: time) + length }
}
