internal import GRDB
public import Signals

/// What a spool holds, read beside the producer that fills it; nothing in it is changed.
public final class SpoolReader: Sendable {
  /// The producer's UUID.
  public let identity: String
  private let directory: SpoolDirectory
  private let queue: DatabaseQueue

  /// - Throws: ``SpoolError`` when there is no spool in the directory, or it cannot be read.
  public init(directory path: String) throws(SpoolError) {
    directory = SpoolDirectory(existing: path)
    guard directory.has(directory.database), let identity = try directory.knownIdentity() else {
      throw SpoolError(
        .unusable, "there is no spool in \(path); SPOOL_DIR, or RUN_DIR, says where it is")
    }
    self.identity = identity
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    // The producer's own moments of exclusive use are short.
    configuration.busyMode = .timeout(5)
    do {
      queue = try DatabaseQueue(path: directory.database, configuration: configuration)
    } catch {
      throw SpoolError(error, path)
    }
  }

  /// The journal of plans, the oldest first.
  public func plans() throws(SpoolError) -> [PlanEntry] { try read(PlanEntry.all) }

  /// The batches that follow `sequence` and are what was written, in order: at most `bytes` of them,
  /// but one if there is one.
  public func batches(after sequence: Int64, bytes: Int) throws(SpoolError) -> [Batch] {
    try read { try Batch.following(sequence, bytes: bytes, $0).whole }
  }

  /// The batches that were damaged and set aside, over all time.
  public func quarantined() throws(SpoolError) -> Spool.Tally {
    try read(Spool.Tally.quarantined)
  }

  func read<T>(_ body: (Database) throws -> T) throws(SpoolError) -> T {
    do { return try queue.read(body) } catch { throw SpoolError(error, directory.path) }
  }
}
