internal import Postgres

/// Determines which of several hosts is the primary, from the last poll of each.
///
/// A server that was partitioned off, or restarted by mistake, still reports itself as a primary. A
/// promotion starts a new timeline, so the highest timeline wins; once seen, lower ones are ignored.
///
/// A pure value.
struct PrimarySelection {
  /// The result of polling a host.
  enum HostState: Equatable {
    case unseen
    case primary(ClusterTimeline)
    case standby
    case away(PostgresError)
  }

  /// The host to read from and write to.
  enum Choice: Equatable {
    case undecided
    case host(Int, ClusterTimeline)
    /// No primary, and why.
    case none(PostgresError)
  }

  /// In host order.
  private(set) var hostStates: [HostState]
  /// The highest timeline seen, by cluster.
  private var newest: [Int64: Int64] = [:]
  /// The host chosen last; with a single host, always that one.
  private var last: Int?

  init(hosts: Int) {
    hostStates = Array(repeating: .unseen, count: hosts)
    last = hosts == 1 ? 0 : nil
  }

  mutating func record(_ hostState: HostState, of host: Int) {
    if case .primary(let clusterTimeline) = hostState { note(clusterTimeline) }
    hostStates[host] = hostState
    if case .host(let chosen, _) = choice { last = chosen }
  }

  /// The host to try while no primary is known: a session may succeed where a poll failed, and it checks
  /// the server's role itself. Nil when the host was last seen as a standby.
  var fallback: Int? {
    guard let last, case .away = hostStates[last] else { return nil }
    return last
  }

  mutating func note(_ clusterTimeline: ClusterTimeline) {
    newest[clusterTimeline.system] = max(
      newest[clusterTimeline.system] ?? 0, clusterTimeline.timeline)
  }

  /// Stops waiting for hosts without a result.
  mutating func settle() {
    let silence = PostgresError(
      message: "no answer within the time allowed", action: "finding the primary",
      sessionIsLost: true)
    for (host, hostState) in hostStates.enumerated() where hostState == .unseen {
      hostStates[host] = .away(silence)
    }
  }

  /// The host with the highest timeline; the first of the list on a tie.
  var choice: Choice {
    if hostStates.contains(.unseen) { return .undecided }
    var best: (host: Int, clusterTimeline: ClusterTimeline)?
    for (host, hostState) in hostStates.enumerated() {
      guard case .primary(let clusterTimeline) = hostState, !isSuperseded(clusterTimeline) else {
        continue
      }
      if clusterTimeline.timeline > best?.clusterTimeline.timeline ?? -1 {
        best = (host, clusterTimeline)
      }
    }
    return best.map { .host($0.host, $0.clusterTimeline) } ?? .none(absence)
  }

  /// Hosts other than the chosen one that report themselves as primary.
  var otherPrimaries: [Int] {
    guard case .host(let chosen, _) = choice else { return [] }
    return hostStates.indices.filter { host in
      if case .primary = hostStates[host] { host != chosen } else { false }
    }
  }

  /// Whether a session opened to a host at the given lineage may continue.
  ///
  /// True while no primary is known: a busy server may fail to answer a poll.
  func admits(_ clusterTimeline: ClusterTimeline, of host: Int) -> Bool {
    if isSuperseded(clusterTimeline) || hostStates[host] == .standby { return false }
    guard case .host(host, let chosen) = choice else {
      if case .host = choice { return false }
      return true
    }
    return clusterTimeline.system == chosen.system
  }

  func isSuperseded(_ clusterTimeline: ClusterTimeline) -> Bool {
    clusterTimeline.timeline < newest[clusterTimeline.system] ?? 0
  }

  /// Why there is no primary: an answer from a standby is more telling than no answer.
  private var absence: PostgresError {
    let answersAsAnother = hostStates.contains { hostState in
      switch hostState {
      case .standby, .primary: true
      case .away, .unseen: false
      }
    }
    if answersAsAnother {
      return PostgresError(
        sqlState: .isStandby, message: "no reachable host is the primary",
        action: "finding the primary", sessionIsLost: true)
    }
    let errors = hostStates.compactMap { if case .away(let error) = $0 { error } else { nil } }
    return errors.first { $0.sqlState != nil } ?? errors[0]
  }
}
