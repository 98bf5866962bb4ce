internal import GRDB
internal import Time

/// The schema of a spool's database, and how it is opened.
enum SpoolSchema {
  /// Sync every commit. Set on the open pool, since opening one sets NORMAL.
  static let durability = "PRAGMA synchronous = FULL"

  static var configuration: GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.label = "spool"
    configuration.maximumReaderCount = 2
    // Another program may be inspecting the file.
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_size_limit = 16777216")
      // Debian's SQLite overwrites deleted content through the journal, for which a full disk has no
      // room.
      try database.execute(sql: "PRAGMA secure_delete = OFF")
    }
    return configuration
  }

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("batches") { database in
      try database.execute(
        sql: """
          -- Times are microseconds since 1970 UTC.
          CREATE TABLE batches (
            sequence INTEGER PRIMARY KEY,
            since INTEGER NOT NULL,
            through INTEGER NOT NULL,
            readings INTEGER NOT NULL CHECK (readings BETWEEN 0 AND 1000000000),
            checksum INTEGER NOT NULL,
            rows BLOB NOT NULL
          ) STRICT;
          -- What is known beyond the batches that are there; one row.
          CREATE TABLE progress (
            sequence INTEGER NOT NULL,
            frontier INTEGER,
            acknowledged INTEGER NOT NULL
          ) STRICT;
          INSERT INTO progress VALUES (0, NULL, 0);
          -- Batches that are not what was written; what cannot be read is NULL.
          CREATE TABLE quarantine (
            sequence INTEGER NOT NULL,
            since INTEGER,
            through INTEGER,
            readings INTEGER,
            checksum INTEGER,
            rows BLOB,
            reason TEXT NOT NULL,
            found_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
          ) STRICT;
          -- What was to be simulated from when on.
          CREATE TABLE plans (
            since INTEGER PRIMARY KEY,
            plan TEXT NOT NULL
          ) STRICT;
          -- What the settings said when they were last followed.
          CREATE TABLE configured (plan TEXT NOT NULL) STRICT;
          """)
    }
    migrator.registerMigration("missing") { database in
      try database.execute(
        sql: """
          -- Batches, by their numbers, that neither the database nor the spool has any more.
          CREATE TABLE missing (
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (first, last)
          ) STRICT;
          """)
    }
    migrator.registerMigration("checksums of plans") { database in
      for table in ["plans", "configured"] {
        try database.execute(
          sql: "ALTER TABLE \(table) ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
      }
      // Existing plans have no checksum and are trusted.
      for row in try Row.fetchAll(database, sql: "SELECT since, plan FROM plans") {
        let entry = PlanEntry(since: try row.timestamp("since"), plan: try row.text("plan"))
        try database.execute(
          sql: "UPDATE plans SET checksum = ? WHERE since = ?",
          arguments: [entry.checksum, entry.since.microseconds])
      }
      if let plan = try String.fetchOne(database, sql: "SELECT plan FROM configured") {
        try Spool.note(configured: plan, database)
      }
    }
    migrator.registerMigration("confirmations") { database in
      try database.execute(
        sql: """
          -- The newest batch that the database has confirmed within each second of confirmed time.
          CREATE TABLE confirmations (
            second INTEGER PRIMARY KEY,
            sequence INTEGER NOT NULL
          ) STRICT;
          """)
    }
    return migrator
  }

  /// The schema as SQLite has recorded it.
  static func description(_ database: Database) throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_master ORDER BY name")
  }

  /// The value of ``description(_:)`` for a spool of this release.
  static func intended() throws -> [String] {
    let empty = try DatabaseQueue()
    try migrator.migrate(empty)
    return try empty.read(description)
  }
}
