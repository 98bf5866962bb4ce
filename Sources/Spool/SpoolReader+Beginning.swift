internal import GRDB

extension SpoolReader {
  /// The number from which on the spool should have every batch; nil when it has none.
  ///
  /// Those before it were stored and forgotten. One that was set aside, or is missing, right before the
  /// oldest that is there would still be there, too.
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
