import Postgres
import Testing

@testable import Server

@Suite struct PrimarySelectionTests {
  private let away = PrimarySelection.HostState.away(
    PostgresError(message: "refused", action: "connecting", sessionIsLost: true))

  private func primary(_ timeline: Int64, system: Int64 = 7) -> PrimarySelection.HostState {
    .primary(ClusterTimeline(system: system, timeline: timeline))
  }

  private func chosen(_ selection: PrimarySelection) -> Int? {
    if case .host(let host, _) = selection.choice { host } else { nil }
  }

  private func seen(_ hostStates: PrimarySelection.HostState...) -> PrimarySelection {
    var selection = PrimarySelection(hosts: hostStates.count)
    for (host, hostState) in hostStates.enumerated() { selection.record(hostState, of: host) }
    return selection
  }

  @Test func nothingIsChosenBeforeAllHaveBeenSeen() {
    var selection = PrimarySelection(hosts: 2)
    selection.record(primary(1), of: 0)
    #expect(selection.choice == .undecided)
    selection.settle()
    #expect(chosen(selection) == 0)
  }

  @Test func theHighestTimelineIsChosenAndAmongEqualsTheFirst() {
    #expect(chosen(seen(.standby, primary(1))) == 1)
    #expect(chosen(seen(primary(1), primary(2), primary(2))) == 1)
    #expect(chosen(seen(primary(0, system: 0))) == 0)
    #expect(seen(primary(1), primary(2)).otherPrimaries == [0])
  }

  @Test func aTimelineThatWasSeenIsNotForgotten() {
    var selection = seen(primary(1), primary(2))
    selection.record(away, of: 1)
    #expect(chosen(selection) == nil)
    #expect(selection.absence == .standby)
    // Another cluster has timelines of its own.
    selection.record(primary(1, system: 8), of: 0)
    #expect(chosen(selection) == 0)
  }

  @Test func withoutAPrimaryTheOneThatAnswersIsTheReason() {
    #expect(seen(away, .standby).absence == .standby)
    #expect(seen(away, away).absence == .unreachable)
    let refusing = PrimarySelection.HostState.away(
      PostgresError(sqlState: .invalidCatalogName, message: "no", action: "", sessionIsLost: true))
    #expect(seen(away, refusing).absence == .noDatabase)
  }

  @Test func aSessionGoesOnAsLongAsItsServerIsNotKnownToBeAnother() {
    let old = ClusterTimeline(system: 7, timeline: 1)
    var selection = seen(primary(1), .standby)
    #expect(selection.admits(old, of: 0))
    // A server can be too busy to be looked at.
    selection.record(away, of: 0)
    #expect(selection.admits(old, of: 0))
    selection.record(.standby, of: 0)
    #expect(!selection.admits(old, of: 0))
    selection.record(primary(1), of: 0)
    #expect(selection.admits(old, of: 0))
    selection.record(primary(2), of: 1)
    #expect(!selection.admits(old, of: 0))
    #expect(selection.admits(ClusterTimeline(system: 7, timeline: 2), of: 1))
    // It stays so while the new one is away.
    selection.record(away, of: 1)
    #expect(!selection.admits(old, of: 0))
  }

  @Test func whatASessionHasShownCountsAsSeen() {
    var selection = seen(primary(1))
    selection.note(ClusterTimeline(system: 7, timeline: 3))
    #expect(!selection.admits(ClusterTimeline(system: 7, timeline: 1), of: 0))
    #expect(selection.admits(ClusterTimeline(system: 7, timeline: 3), of: 0) == true)
  }
}

extension PrimarySelection {
  fileprivate var absence: PostgresError.Cause? {
    if case .none(let error) = choice { error.cause } else { nil }
  }
}
