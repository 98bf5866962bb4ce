/// The names of the settings, as in `.env.example`.
enum SettingNames {
  static let all = [
    "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME", "DB_SSLMODE", "DB_SSLROOTCERT",
    "DB_ADMIN_USER", "DB_ADMIN_PASSWORD", "SERVER_HOST", "SERVER_PORT", "SERVER_TLS_PORT",
    "SERVER_NAMES",
    "RUN_DIR", "LOG_LEVEL", "LOG_FILE", "CONTROL_TOKEN", "TOKEN_KEYS", "TOKEN_ISSUER",
    "TOKEN_AUDIENCE", "CLIENT_SCOPES", "READ_WITHOUT_TOKEN", "ACCESSOR_SOCKET", "ACCESSOR_LANES",
    "ACCESSOR_CONNECTIONS_PER_LANE", "ACCESSOR_QUERY_TIMEOUT_MS",
    "ACCESSOR_SCAN_CONNECTIONS_PER_LANE", "ACCESSOR_SCAN_TIMEOUT_MS", "ACCESSOR_MAX_WAITING",
    "ACCESSOR_SLOW_REQUEST_MS", "SILENT_AFTER", "PRODUCER_SOCKET", "PRODUCER_MACHINES",
    "PRODUCER_SEED",
    "PRODUCER_POWER_HZ", "PRODUCER_SCENARIO", "PRODUCER_BATCH_MS", "PRODUCER_CATCH_UP",
    "SPOOL_DIR", "SPOOL_MAX_BYTES", "SPOOL_KEEP",
  ]

  /// Settings whose value may be in a file named by the setting with `_FILE` appended.
  static let secrets = ["DB_PASSWORD", "DB_ADMIN_PASSWORD", "CONTROL_TOKEN"]

  static let expected = all + secrets.map { "\($0)_FILE" }

  /// Settings of signals-cli, for users who source the file in their shell.
  static let clientPrefix = "SIGNALS_"
}
