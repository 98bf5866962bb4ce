extension PostgresConnection {
  /// The number of sessions that the server allows for this session's user and database.
  public borrowing func sessionLimit() throws(PostgresError) -> Int {
    let result = try execute(
      """
      SELECT least(
        current_setting('max_connections')::int
          - current_setting('superuser_reserved_connections')::int,
        (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
        (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()))
      """)
    return Int(result.integer(0, 0))
  }
}
