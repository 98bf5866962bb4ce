public import Time

/// A value measured by a machine at one moment.
///
/// Machine and type are indexes into the writer's own lists rather than database ids, so that readings
/// can be produced and spooled without a database.
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
