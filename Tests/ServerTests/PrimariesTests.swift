import Postgres
import Testing

@testable import Server

@Suite struct PrimariesTests {
  private let away = Primaries.View.away(
    PostgresError(message: "refused", action: "connecting", sessionIsLost: true))

  private func primary(_ timeline: Int64, system: Int64 = 7) -> Primaries.View {
    .primary(Lineage(system: system, timeline: timeline))
  }

  private func chosen(_ primaries: Primaries) -> Int? {
    if case .host(let host, _) = primaries.choice { host } else { nil }
  }

  private func seen(_ views: Primaries.View...) -> Primaries {
    var primaries = Primaries(hosts: views.count)
    for (host, view) in views.enumerated() { primaries.see(view, of: host) }
    return primaries
  }

  @Test func nothingIsChosenBeforeAllHaveBeenSeen() {
    var primaries = Primaries(hosts: 2)
    primaries.see(primary(1), of: 0)
    #expect(primaries.choice == .undecided)
    primaries.settle()
    #expect(chosen(primaries) == 0)
  }

  @Test func theHighestTimelineIsChosenAndAmongEqualsTheFirst() {
    #expect(chosen(seen(.standby, primary(1))) == 1)
    #expect(chosen(seen(primary(1), primary(2), primary(2))) == 1)
    #expect(chosen(seen(primary(0, system: 0))) == 0)
    #expect(seen(primary(1), primary(2)).rivals == [0])
  }

  @Test func aTimelineThatWasSeenIsNotForgotten() {
    var primaries = seen(primary(1), primary(2))
    primaries.see(away, of: 1)
    #expect(chosen(primaries) == nil)
    #expect(primaries.absence == .standby)
    // Another cluster has timelines of its own.
    primaries.see(primary(1, system: 8), of: 0)
    #expect(chosen(primaries) == 0)
  }

  @Test func withoutAPrimaryTheOneThatAnswersIsTheReason() {
    #expect(seen(away, .standby).absence == .standby)
    #expect(seen(away, away).absence == .unreachable)
    let refusing = Primaries.View.away(
      PostgresError(sqlState: .invalidCatalogName, message: "no", action: "", sessionIsLost: true))
    #expect(seen(away, refusing).absence == .noDatabase)
  }

  @Test func aSessionGoesOnAsLongAsItsServerIsNotKnownToBeAnother() {
    let old = Lineage(system: 7, timeline: 1)
    var primaries = seen(primary(1), .standby)
    #expect(primaries.admits(old, of: 0))
    // A server can be too busy to be looked at.
    primaries.see(away, of: 0)
    #expect(primaries.admits(old, of: 0))
    primaries.see(.standby, of: 0)
    #expect(!primaries.admits(old, of: 0))
    primaries.see(primary(1), of: 0)
    #expect(primaries.admits(old, of: 0))
    primaries.see(primary(2), of: 1)
    #expect(!primaries.admits(old, of: 0))
    #expect(primaries.admits(Lineage(system: 7, timeline: 2), of: 1))
    // It stays so while the new one is away.
    primaries.see(away, of: 1)
    #expect(!primaries.admits(old, of: 0))
  }

  @Test func whatASessionHasShownCountsAsSeen() {
    var primaries = seen(primary(1))
    primaries.note(Lineage(system: 7, timeline: 3))
    #expect(!primaries.admits(Lineage(system: 7, timeline: 1), of: 0))
    #expect(primaries.admits(Lineage(system: 7, timeline: 3), of: 0) == true)
  }
}

extension Primaries {
  fileprivate var absence: PostgresError.Cause? {
    if case .none(let error) = choice { error.cause } else { nil }
  }
}
