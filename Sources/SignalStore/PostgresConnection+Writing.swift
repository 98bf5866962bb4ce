internal import Postgres

extension PostgresConnection {
  /// Applies the settings of a writing session; those unknown to the server's version are skipped.
  ///
  /// Stricter settings of the server, database or role are kept.
  borrowing func prepareForWriting() throws(PostgresError) {
    // What the watermark says must survive a crash of the server; `remote_apply` is stricter still.
    try execute(
      """
      SELECT set_config('synchronous_commit', 'on', false)
      WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
      """)
    // The server must give up first: a client that abandons a waiting session leaves it behind.
    let lockTimeout = timeouts.timeout * 2 / 3
    // In the server's units: milliseconds for timeouts, seconds for keepalives.
    let bounds: [(String, Int)] = [
      ("lock_timeout", Int(lockTimeout / .milliseconds(1))),
      // An abandoned session holds the watermark until the server notices.
      ("idle_in_transaction_session_timeout", 60_000),
      ("client_connection_check_interval", 2000),
      ("tcp_keepalives_idle", 10), ("tcp_keepalives_interval", 5), ("tcp_keepalives_count", 3),
      ("tcp_user_timeout", 30_000),
    ]
    let rows = bounds.map { "('\($0)', \($1))" }.joined(separator: ", ")
    // 0 means no limit.
    try execute(
      """
      SELECT set_config(wanted.name, wanted.bound::text, false)
      FROM (VALUES \(rows)) AS wanted (name, bound) JOIN pg_settings USING (name)
      WHERE setting::bigint NOT BETWEEN 1 AND bound
      """)
  }
}
