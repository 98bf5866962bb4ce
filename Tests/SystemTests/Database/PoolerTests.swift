import Foundation
import Postgres
import TestSupport
import Testing

/// Between the services and their database is a PgBouncer in session mode.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/pgbouncer"),
    "PgBouncer is not installed")
)
struct PoolerTests {
  @Test func everySessionOfOursWorksThroughAPooler() throws {
    let server = try PostgresServer.shared.get()
    let pooler = try PgBouncer(server, users: ["postgres"])
    let producer = try StandaloneProducer(server, host: pooler.directory)
    let migrated = try producer.run("migrate")
    #expect(migrated.status == 0, "\(migrated.errors)")
    #expect(migrated.errors.contains("created the database"), "\(migrated.errors)")
    try producer.start()
    #expect(producer.isStoring(), "\(producer.log)")
    let accessor = try StandaloneAccessor(
      server, producer.database, settings: ["DB_HOST": pooler.directory, "ACCESSOR_LANES": "2"])
    #expect(
      try eventually { try accessor.ask("/signals/power?limit=5").status == 200 }, "\(accessor.log)"
    )
    #expect(producer.stop()?.status == 0)
    let verified = try producer.run("verify")
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(!pooler.log.contains("unsupported startup parameter"), "\(pooler.log)")
  }
}
