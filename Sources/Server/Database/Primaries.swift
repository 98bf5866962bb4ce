internal import Postgres

/// Which of several hosts is the primary, by what was last seen of each.
///
/// A server that was cut off from the others, or brought back by mistake, still says that it is a
/// primary. A promotion begins a new timeline: so the highest counts, and once it was seen, no lower one
/// does.
///
/// A pure value.
struct Primaries {
  /// What a look at a host has shown.
  enum View: Equatable {
    case unseen
    case primary(Lineage)
    case standby
    case away(PostgresError)
  }

  /// Where to read and write.
  enum Choice: Equatable {
    case undecided
    case host(Int, Lineage)
    /// There is none.
    case none(PostgresError)
  }

  /// In the order of the hosts.
  private(set) var views: [View]
  /// The highest timeline of each cluster that was ever seen.
  private var newest: [Int64: Int64] = [:]
  /// The host that was chosen last; of a list of one, that one.
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

  /// The host to try while none is known to be the primary: a look may have failed where a session of
  /// its own succeeds, and that shows by itself what its server is. None when it was seen as a standby.
  var fallback: Int? {
    guard let last, case .away = views[last] else { return nil }
    return last
  }

  mutating func note(_ lineage: Lineage) {
    newest[lineage.system] = max(newest[lineage.system] ?? 0, lineage.timeline)
  }

  /// Waits no longer for the hosts that were not seen yet.
  mutating func settle() {
    let silence = PostgresError(
      message: "no answer within the time allowed", action: "looking for the primary",
      sessionIsLost: true)
    for (host, view) in views.enumerated() where view == .unseen { views[host] = .away(silence) }
  }

  /// The one with the highest timeline; among equals the first of the list.
  var choice: Choice {
    if views.contains(.unseen) { return .undecided }
    var best: (host: Int, lineage: Lineage)?
    for (host, view) in views.enumerated() {
      guard case .primary(let lineage) = view, !isSuperseded(lineage) else { continue }
      if lineage.timeline > best?.lineage.timeline ?? -1 { best = (host, lineage) }
    }
    return best.map { .host($0.host, $0.lineage) } ?? .none(absence)
  }

  /// Hosts that say that they are primaries, beside the one that was chosen.
  var rivals: [Int] {
    guard case .host(let chosen, _) = choice else { return [] }
    return views.indices.filter { host in
      if case .primary = views[host] { host != chosen } else { false }
    }
  }

  /// Whether a session may go on that was opened to a host when it had this lineage.
  ///
  /// While none is known to be the primary it may: a server can be too busy to be looked at.
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

  /// Why there is no primary: a server that answers, and is none, says more than one that does not.
  private var absence: PostgresError {
    let answersAsAnother = views.contains { view in
      switch view {
      case .standby, .primary: true
      case .away, .unseen: false
      }
    }
    if answersAsAnother {
      return PostgresError(
        sqlState: .isStandby, message: "no host that answers is the primary",
        action: "looking for the primary", sessionIsLost: true)
    }
    let errors = views.compactMap { if case .away(let error) = $0 { error } else { nil } }
    return errors.first { $0.sqlState != nil } ?? errors[0]
  }
}
