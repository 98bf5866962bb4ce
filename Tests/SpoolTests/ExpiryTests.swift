import Testing

@testable import Spool

@Suite struct ExpiryTests {
  private let start = ContinuousClock.now

  @Test func whatWasStoredByAMomentHasExpired() {
    var expiry = Expiry()
    #expect(expiry.expired(at: start) == nil)
    for second in 0..<5 { expiry.note(Int64(second * 10), at: start + .seconds(second)) }
    #expect(expiry.expired(at: start + .milliseconds(-1)) == nil)
    #expect(expiry.expired(at: start) == 0)
    #expect(expiry.expired(at: start + .milliseconds(2500)) == 20)
    #expect(expiry.expired(at: start + .milliseconds(2500)) == 20)
    #expect(expiry.expired(at: start + .seconds(60)) == 40)
  }

  @Test func manyBatchesASecondAreOneNote() {
    var expiry = Expiry()
    for tenth in 0..<600 { expiry.note(Int64(tenth), at: start + .milliseconds(100 * tenth)) }
    #expect(expiry.expired(at: start + .seconds(30)).map { (290...309).contains($0) } == true)
    #expect(expiry.expired(at: start + .seconds(60)) == 599)
  }

  @Test func whatTheDatabaseHasLostDoesNotExpire() {
    var expiry = Expiry()
    for second in 0..<5 { expiry.note(Int64(second * 10), at: start + .seconds(second)) }
    expiry.retract(to: 25)
    #expect(expiry.expired(at: start + .seconds(60)) == 20)
  }
}
