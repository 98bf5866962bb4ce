import Postgres
import SignalStore

extension Migrator {
  /// Another process may be at it, and a step may take its time on a large table.
  static let patience = Connection.Patience(timeout: .seconds(600))
}

extension Migrator.Outcome {
  /// What was done, for people.
  var summary: String {
    let created = createdDatabase ? "created the database; " : ""
    let steps = applied.isEmpty ? "nothing to apply" : "applied \(applied.joined(separator: ", "))"
    return "\(created)\(steps); schema version \(version)\(rolesSummary)"
  }

  private var rolesSummary: String {
    switch roles {
    case nil: ""
    case .established(let unlimited):
      "; signals_owner, signals_writer and signals_reader have their rights"
        + (unlimited.isEmpty
          ? "" : "; a superuser still has to limit: \(unlimited.joined(separator: ", "))")
    case .skipped(let reason):
      "; no roles are made, so services log in as the owner of the tables: \(reason)"
    }
  }
}
