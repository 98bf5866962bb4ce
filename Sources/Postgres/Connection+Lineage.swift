/// The history that a primary writes: its cluster's, and which branch of it.
public struct Lineage: Sendable, Hashable {
  /// The cluster's `system_identifier`, which its copies share; 0 where the server does not tell.
  public let system: Int64
  /// Counted up by each promotion; 0 where the server does not tell.
  public let timeline: Int64

  public init(system: Int64, timeline: Int64) {
    self.system = system
    self.timeline = timeline
  }
}

extension Connection {
  /// The history that the server writes; nil when it is a standby, which follows another's.
  ///
  /// The control file would tell the timeline too, but of the last checkpoint: after a promotion that is
  /// the old one for minutes.
  /// - Throws: ``PostgresError`` when the session is lost.
  public func lineage() throws(PostgresError) -> Lineage? {
    do {
      let row = try execute(
        """
        SELECT pg_is_in_recovery(), system_identifier, CASE WHEN NOT pg_is_in_recovery() THEN
          ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END
        FROM pg_control_system()
        """)
      guard !row.boolean(0, 0), !row.isNull(0, 2) else { return nil }
      return Lineage(system: row.integer(0, 1), timeline: row.integer(0, 2))
    } catch  where !error.sessionIsLost {
      // Some hosted servers have no WAL to show, and some administrators take these functions away.
      let row = try execute("SELECT pg_is_in_recovery()")
      return row.boolean(0, 0) ? nil : Lineage(system: 0, timeline: 0)
    }
  }
}
