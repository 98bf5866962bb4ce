internal import Postgres

/// Determines which of several hosts is the primary, from the last poll of each.
///
/// A server that was partitioned off, or restarted by mistake, still reports itself as a primary. A
/// promotion starts a new timeline, so the highest timeline wins; once seen, lower ones are ignored.
///
/// A pure value.
struct Primaries {
  /// The result of polling a host.
  enum View: Equatable {
    case unseen
    case primary(Lineage)
    case standby
    case away(PostgresError)
  }

  /// The host to read from and write to.
  enum Choice: Equatable {
    case undecided
    case host(Int, Lineage)
    /// No primary, and why.
    case none(PostgresError)
  }

  /// In host order.
  private(set) var views: [View]
  /// The highest timeline seen, by cluster.
  private var newest: [Int64: Int64] = [:]
  /// The host chosen last; with a single host, always that one.
  private var last: Int?

  init(hosts: Int) {
    views = Array(repeating: .unseen, count: hosts)
    last = hosts == 1 ? 0 : nil
  }

  mutating func see(_ view: View, of host: Int) {
    if case .primary(let lineage) = view { note(lineage) }
    views[host] = view
    if case .host(let chosen, _) = choice { last = chosen }
  }

  /// The host to try while no primary is known: a session may succeed where a poll failed, and it checks
  /// the server's role itself. Nil when the host was last seen as a standby.
  var fallback: Int? {
    guard let last, case .away = views[last] else { return nil }
    return last
  }

  mutating func note(_ lineage: Lineage) {
    newest[lineage.system] = max(newest[lineage.system] ?? 0, lineage.timeline)
  }

  /// Stops waiting for hosts without a result.
  mutating func settle() {
    let silence = PostgresError(
      message: "no answer within the time allowed", action: "finding the primary",
      sessionIsLost: true)
    for (host, view) in views.enumerated() where view == .unseen { views[host] = .away(silence) }
  }

  /// The host with the highest timeline; the first of the list on a tie.
  var choice: Choice {
    if views.contains(.unseen) { return .undecided }
    var best: (host: Int, lineage: Lineage)?
    for (host, view) in views.enumerated() {
      guard case .primary(let lineage) = view, !isSuperseded(lineage) else { continue }
      if lineage.timeline > best?.lineage.timeline ?? -1 { best = (host, lineage) }
    }
    return best.map { .host($0.host, $0.lineage) } ?? .none(absence)
  }

  /// Hosts other than the chosen one that report themselves as primary.
  var rivals: [Int] {
    guard case .host(let chosen, _) = choice else { return [] }
    return views.indices.filter { host in
      if case .primary = views[host] { host != chosen } else { false }
    }
  }

  /// Whether a session opened to a host at the given lineage may continue.
  ///
  /// True while no primary is known: a busy server may fail to answer a poll.
  func admits(_ lineage: Lineage, of host: Int) -> Bool {
    if isSuperseded(lineage) || views[host] == .standby { return false }
    guard case .host(host, let chosen) = choice else {
      if case .host = choice { return false }
      return true
    }
    return lineage.system == chosen.system
  }

  func isSuperseded(_ lineage: Lineage) -> Bool {
    lineage.timeline < newest[lineage.system] ?? 0
  }

  /// Why there is no primary: an answer from a standby is more telling than no answer.
  private var absence: PostgresError {
    let answersAsAnother = views.contains { view in
      switch view {
      case .standby, .primary: true
      case .away, .unseen: false
      }
    }
    if answersAsAnother {
      return PostgresError(
        sqlState: .isStandby, message: "no reachable host is the primary",
        action: "finding the primary", sessionIsLost: true)
    }
    let errors = views.compactMap { if case .away(let error) = $0 { error } else { nil } }
    return errors.first { $0.sqlState != nil } ?? errors[0]
  }
}
