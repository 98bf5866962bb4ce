/// A numbered step of the schema.
struct Migration: Sendable {
  /// Counted from 1, without gaps.
  let number: Int
  let name: String
  let sql: String

  /// All steps in order; the files in `Migrations` are embedded in the program.
  static let all = [
    Migration(number: 1, name: "signals", sql: PackageResources._001_signals_sql),
    Migration(number: 2, name: "ingest", sql: PackageResources._002_ingest_sql),
    Migration(number: 3, name: "partitions", sql: PackageResources._003_partitions_sql),
    Migration(number: 4, name: "days", sql: PackageResources._004_days_sql),
    Migration(number: 5, name: "locks", sql: PackageResources._005_locks_sql),
    Migration(number: 6, name: "ids", sql: PackageResources._006_ids_sql),
    Migration(number: 7, name: "series", sql: PackageResources._007_series_sql),
  ]

  private init(number: Int, name: String, sql: [UInt8]) {
    self.number = number
    self.name = name
    self.sql = String(decoding: sql, as: UTF8.self)
  }
}
