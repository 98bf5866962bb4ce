import Postgres
import SignalStore

extension Migrator {
  /// Long, as another process may be migrating, and a step may take its time on a large table.
  static let timeouts = PostgresConnection.Timeouts(timeout: .seconds(600))
}

extension Migrator.Outcome {
  /// A one-line summary for humans.
  var summary: String {
    let created = createdDatabase ? "created the database; " : ""
    let steps = applied.isEmpty ? "nothing to apply" : "applied \(applied.joined(separator: ", "))"
    return "\(created)\(steps); schema version \(version)\(rolesSummary)"
  }

  private var rolesSummary: String {
    switch roles {
    case nil: ""
    case .established(let unlimited):
      "; granted privileges to signals_owner, signals_writer and signals_reader"
        + (unlimited.isEmpty
          ? "" : "; a superuser must still limit \(unlimited.joined(separator: ", "))")
    case .skipped(let reason):
      "; roles not created, services log in as the owner of the tables: \(reason)"
    }
  }
}
