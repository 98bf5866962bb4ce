internal import Postgres

extension PostgresConnection {
  /// Adds a transaction's entry to the journal and commits.
  ///
  /// The number is taken under a lock that is held until the commit is visible, so numbers are in commit
  /// order. The statements are sent together: no other writer commits while the lock is held, so it must
  /// not wait for a network.
  static func commitStatements(_ entry: JournalEntry, producer: String) -> String {
    // Numbers, times and a UUID; no text from outside.
    """
    LOCK TABLE journal_lock IN SHARE UPDATE EXCLUSIVE MODE;
    INSERT INTO journal (epoch, producer, ids, times)
    SELECT epoch, '\(producer)', '\(entry.idsText)', '\(entry.timesText)' FROM journal_state;
    COMMIT
    """
  }

  /// Commits a transaction with its entry in the journal.
  ///
  /// - Throws: ``PostgresError``. If the session is lost, the transaction may or may not be committed;
  ///   after any other error it must be rolled back.
  borrowing func commit(_ entry: JournalEntry, producer: String) throws(PostgresError) {
    try executeScript(PostgresConnection.commitStatements(entry, producer: producer))
  }

  /// Starts a new epoch if the cluster or its timeline has changed, or if the database went back. Called
  /// before a writer's first row.
  ///
  /// - Parameter wentBack: Whether a watermark is behind where this writer has seen it.
  borrowing func establishEpoch(_ clusterTimeline: ClusterTimeline, wentBack: Bool = false)
    throws(PostgresError)
  {
    var parameters = Parameters()
    parameters.append(clusterTimeline.system)
    parameters.append(clusterTimeline.timeline)
    try execute(
      """
      INSERT INTO journal_state AS state (system_identifier, timeline) VALUES ($1, $2)
      ON CONFLICT (id) DO UPDATE
      SET epoch = gen_random_uuid(), system_identifier = $1, timeline = $2
      WHERE (state.system_identifier, state.timeline) IS DISTINCT FROM ($1, $2) OR \(wentBack)
      """, parameters)
  }
}
