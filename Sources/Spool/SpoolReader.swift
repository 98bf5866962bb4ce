internal import GRDB
public import Signals

/// Read-only access to a spool while its producer is running.
public final class SpoolReader: Sendable {
  /// The producer's UUID.
  public let identity: String
  private let directory: SpoolDirectory
  private let queue: DatabaseQueue

  /// - Throws: ``SpoolError`` when the directory has no spool or it cannot be read.
  public init(directory path: String) throws(SpoolError) {
    directory = SpoolDirectory(existing: path)
    guard directory.has(directory.database), let identity = try directory.knownIdentity() else {
      throw SpoolError(
        .unusable, "no spool in \(path); set SPOOL_DIR or RUN_DIR")
    }
    self.identity = identity
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    // The producer locks the file only briefly.
    configuration.busyMode = .timeout(5)
    do {
      queue = try DatabaseQueue(path: directory.database, configuration: configuration)
    } catch {
      throw SpoolError(error, path)
    }
  }

  /// The plan journal, oldest first.
  public func plans() throws(SpoolError) -> [PlanEntry] { try read(PlanEntry.all) }

  /// The intact batches after `sequence`, in order, up to `bytes` but at least one.
  public func batches(after sequence: Int64, bytes: Int) throws(SpoolError) -> [Batch] {
    try read { try Batch.following(sequence, bytes: bytes, $0).whole }
  }

  /// The quarantined batches of all time.
  public func quarantined() throws(SpoolError) -> Spool.Tally {
    try read(Spool.Tally.quarantined)
  }

  func read<T>(_ body: (Database) throws -> T) throws(SpoolError) -> T {
    do { return try queue.read(body) } catch { throw SpoolError(error, directory.path) }
  }
}
