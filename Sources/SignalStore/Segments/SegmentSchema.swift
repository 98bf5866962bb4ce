/// The schema that stores readings as segments, with a journal. It is not a migration yet: it replaces
/// the table `machine_signals` with a view, so that table must be dropped or renamed first.
enum SegmentSchema {
  static let scripts = [PackageResources.segments_sql, PackageResources.journal_sql].map {
    String(decoding: $0, as: UTF8.self)
  }
}
