internal import GRDB

extension SpoolReader {
  /// The number from which the spool should have every batch; nil when it has none.
  ///
  /// Earlier batches were stored and dropped. A quarantined or missing batch right before the oldest
  /// counts as part of the spool.
  public func beginning() throws(SpoolError) -> Int64? {
    try read { database in
      guard
        var first = try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM batches")
      else { return nil }
      let aside = try Set(Int64.fetchAll(database, sql: "SELECT sequence FROM quarantine"))
      let missing = try database.tableExists("missing") ? Spool.Status.missing(database) : []
      while true {
        if aside.contains(first - 1) {
          first -= 1
        } else if let range = missing.first(where: { $0.contains(first - 1) }) {
          first = range.lowerBound
        } else {
          return first
        }
      }
    }
  }
}
