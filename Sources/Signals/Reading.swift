public import Time

/// What a machine gave off at one moment.
///
/// Machine and type are numbers in the writer's own lists, not the database's ids: a reading can be
/// made and kept while no database is there to ask.
public struct Reading: Hashable, Sendable {
  /// Counted from 0.
  public var machine: Int32
  /// Counted from 0.
  public var type: Int16
  /// In the type's unit.
  public var value: Double
  public var time: Timestamp

  public init(machine: Int32, type: Int16, value: Double, time: Timestamp) {
    self.machine = machine
    self.type = type
    self.value = value
    self.time = time
  }
}
