import Testing

@testable import Spool

@Suite struct ExpiryTests {
  private let start = ContinuousClock.now

  /// An expiry with a confirmation each second, of ten batches more.
  private func confirmed(_ seconds: Int, keep: Duration) -> Expiry {
    var expiry = Expiry(keep: keep)
    for second in 0..<seconds { expiry.confirm(Int64(second * 10), at: start + .seconds(second)) }
    return expiry
  }

  @Test func whatWasConfirmedForLongEnoughHasExpired() {
    var expiry = confirmed(5, keep: .seconds(3))
    #expect(expiry.hasExpired)
    #expect(expiry.takeExpired() == 0)
    #expect(!expiry.hasExpired && expiry.takeExpired() == nil)
    expiry.confirm(40, at: start + .seconds(5))
    #expect(expiry.takeExpired() == 10)
    for second in 6...20 { expiry.confirm(40, at: start + .seconds(second)) }
    #expect(expiry.takeExpired() == 40)
  }

  @Test func nothingIsKeptForNoTime() {
    var expiry = Expiry(keep: .zero)
    expiry.confirm(7, at: start)
    #expect(expiry.takeExpired() == 7 && expiry.takeExpired() == nil)
    expiry.confirm(8, at: start)
    #expect(expiry.takeExpired() == 8)
  }

  @Test func timePassesByConfirmationsAndByASecondWithEachAtMost() {
    var expiry = confirmed(3, keep: .seconds(5))
    // The database is away for a day, comes back twice for a moment, and is away again.
    for hour in [24, 25, 26] { expiry.confirm(30, at: start + .seconds(3600 * hour)) }
    #expect(expiry.takeExpired() == nil)
    expiry.confirm(40, at: start + .seconds(3600 * 27))
    #expect(expiry.takeExpired() == 0)
    // A clock that stands still or goes back is no time, either.
    for _ in 0..<100 { expiry.confirm(40, at: start) }
    #expect(expiry.takeExpired() == nil)
  }

  @Test func manyBatchesASecondAreOneNote() {
    var expiry = Expiry(keep: .seconds(30))
    for tenth in 0...600 { expiry.confirm(Int64(tenth), at: start + .milliseconds(100 * tenth)) }
    #expect(expiry.changes.notes.count == 60)
    #expect(expiry.takeExpired() == 299)
  }

  @Test func whatTheDatabaseHasLostDoesNotExpire() {
    var expiry = confirmed(5, keep: .seconds(2))
    expiry.retract(to: 15)
    expiry.confirm(15, at: start + .seconds(5))
    #expect(expiry.takeExpired() == 10)
    #expect(expiry.changes.retracted == 15)
  }

  @Test func whileTheDatabaseIsAwayNothingIsGivenUp() {
    var expiry = Expiry(keep: .seconds(600))
    #expect(expiry.evictable(at: start) == nil)
    expiry.confirm(7, at: start)
    #expect(expiry.evictable(at: start + .seconds(1)) == 7)
    #expect(expiry.evictable(at: start + Expiry.awayThreshold) == nil)
    expiry.confirm(7, at: start + .seconds(20))
    #expect(expiry.evictable(at: start + .seconds(20)) == 7)
    expiry.suspend()
    #expect(expiry.evictable(at: start + .seconds(20)) == nil)
  }

  @Test func anotherProcessGoesOnFromWhatWasWrittenOnceTheDatabaseHasConfirmed() {
    var before = confirmed(5, keep: .seconds(6))
    let changes = before.changes
    // The last second is not over.
    #expect(changes.notes.map(\.second) == [0, 1, 2, 3])
    before.note(written: changes)
    #expect(before.changes.isEmpty)
    var after = Expiry(keep: .seconds(2), notes: changes.notes)
    #expect(!after.hasExpired && after.takeExpired() == nil)
    after.confirm(50, at: start)
    #expect(after.takeExpired() == 10)
    #expect(after.changes.expired == 10 && after.changes.notes.isEmpty)
    // What is known to be lost by now has not expired.
    var other = Expiry(keep: .seconds(2), notes: changes.notes)
    other.retract(to: 5)
    other.confirm(5, at: start)
    #expect(other.takeExpired() == 0)
  }

  @Test(arguments: [
    [Expiry.Mark(second: 0, sequence: 9), .init(second: 1, sequence: 4)],
    [.init(second: 0, sequence: 4), .init(second: 1 << 40, sequence: 9)],
  ])
  func notesThatCannotBeRightMakeNothingExpireEarly(notes: [Expiry.Mark]) {
    var expiry = Expiry(keep: .seconds(3), notes: notes)
    expiry.confirm(10, at: start)
    #expect(expiry.takeExpired() == nil)
    for second in 1...3 { expiry.confirm(10, at: start + .seconds(second)) }
    #expect(expiry.takeExpired() == notes[1].sequence)
  }
}
