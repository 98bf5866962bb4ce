/// Identifies the history that a primary writes: its cluster, and the timeline within it.
public struct ClusterTimeline: Sendable, Hashable {
  /// The cluster's `system_identifier`, shared by its replicas; 0 when unavailable.
  public let system: Int64
  /// Incremented by each promotion; 0 when unavailable.
  public let timeline: Int64

  public init(system: Int64, timeline: Int64) {
    self.system = system
    self.timeline = timeline
  }
}

extension PostgresConnection {
  /// The history that the server writes; nil for a standby.
  ///
  /// The control file also has the timeline, but as of the last checkpoint, which is out of date for
  /// minutes after a promotion.
  /// - Throws: ``PostgresError`` when the session is lost.
  public func clusterTimeline() throws(PostgresError) -> ClusterTimeline? {
    do {
      let row = try execute(
        """
        SELECT pg_is_in_recovery(), system_identifier, CASE WHEN NOT pg_is_in_recovery() THEN
          ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END
        FROM pg_control_system()
        """)
      guard !row.boolean(0, 0), !row.isNull(0, 2) else { return nil }
      return ClusterTimeline(system: row.integer(0, 1), timeline: row.integer(0, 2))
    } catch  where !error.sessionIsLost {
      // Some hosted servers and some administrators revoke these functions.
      let row = try execute("SELECT pg_is_in_recovery()")
      return row.boolean(0, 0) ? nil : ClusterTimeline(system: 0, timeline: 0)
    }
  }
}
