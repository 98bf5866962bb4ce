import TestSupport
import Testing

@testable import FastCGI

@Suite struct AdmissionTests {
  typealias Client = FastCGIClient

  private func examine(_ bytes: [UInt8], _ limits: Admission.Limits = .init()) -> Admission {
    bytes.withUnsafeBytes { Admission.examine($0, limits: limits) }
  }

  /// The whole request that is in front of `bytes`; nil when it is another verdict.
  private func wholeRequest(_ bytes: [UInt8]) -> (length: Int, isFollowed: Bool)? {
    guard case .request(let opening) = examine(bytes), opening.body.isComplete else { return nil }
    return (opening.length, opening.isFollowed)
  }

  private let request = Client.request("POST", "/a?b=c", body: Array("hello".utf8))

  @Test func aWholeRequestIsLetIn() throws {
    let whole = try #require(wholeRequest(request))
    #expect(whole == (request.count, false))
  }

  @Test func everyBeginningOfARequestIsIncomplete() {
    for count in 0..<request.count {
      #expect(examine(Array(request.prefix(count))) == .incomplete, "the first \(count) bytes")
    }
  }

  @Test func whatFollowsARequestIsSeen() throws {
    let whole = try #require(wholeRequest(request + [1]))
    #expect(whole == (request.count, true))
  }

  @Test func parametersMayBeSplitAnywhere() throws {
    let pairs = Client.pairs([("NAME", "value"), ("LONG", String(repeating: "x", count: 300))])
    for split in 1..<pairs.count {
      let bytes =
        Client.begin() + Client.record(4, Array(pairs[..<split]))
        + Client.record(4, Array(pairs[split...]), padding: 3) + Client.record(4)
        + Client.record(5)
      let whole = try #require(wholeRequest(bytes), "at \(split)")
      #expect(whole == (bytes.count, false))
    }
  }

  @Test(arguments: [[0x7F, 0xFF, 0xFF, 0xFE], [0xFF, 0xFF, 0xFF, 0xFE]] as [[UInt8]])
  func lengthsOfTwoGigabytesAreRejected(length: [UInt8]) {
    let lie = [UInt8](repeating: 0x80 | length[0], count: 1) + length[1...]
    let asName = Client.begin() + Client.record(4, lie + [0])
    let asValue = Client.begin() + Client.record(4, [4] + lie + Array("NAME".utf8))
    #expect(examine(asName) == .rejected(.badParameters))
    #expect(examine(asValue) == .rejected(.badParameters))
  }

  @Test func parametersThatEndInTheMiddleAreRejected() {
    let cut = Client.begin() + Client.record(4, [4, 10] + Array("NAMEval".utf8)) + Client.record(4)
    #expect(examine(cut) == .rejected(.badParameters))
  }

  @Test func aHeadOfUnboundedSizeIsRejected() {
    let pair = Client.pairs([("N", String(repeating: "v", count: 60_000))])
    let parameters = Client.begin() + Client.record(4, pair) + Client.record(4, pair)
    #expect(examine(parameters) == .rejected(.tooLarge))
  }

  @Test func manyTinyRecordsCannotExceedWhatIsLookedAt() {
    let limits = Admission.Limits(parameters: 100)
    var bytes = Client.begin()
    while bytes.count < limits.window { bytes += Client.record(4, [0], padding: 255) }
    #expect(examine(bytes, limits) == .rejected(.tooLarge))
  }

  /// libfcgi reads 8 KiB at a time: with the end of the head it reads what is behind it.
  @Test func aHeadIsLetInOnceAWholeStepOfReadingIsHere() throws {
    let body = [UInt8](repeating: 7, count: 30_000)
    let bytes = Client.request("POST", "/", body: body)
    for count in [1, 8191] { #expect(examine(Array(bytes.prefix(count))) == .incomplete) }
    for count in [8192, 8193, 16_383] {
      guard case .request(let opening) = examine(Array(bytes.prefix(count))) else {
        Issue.record("\(count) bytes")
        continue
      }
      #expect(opening.length == 8192)
      #expect(!opening.body.isComplete && !opening.isFollowed)
    }
    let whole = try #require(wholeRequest(bytes))
    #expect(whole == (bytes.count, false))
  }

  /// Whatever is between the records of a body: libfcgi never sees it.
  @Test func aBodyIsFollowedAcrossAnyCuts() throws {
    let body = Client.record(5, Array("hello".utf8), padding: 3) + Client.record(5, [1])
    let foreign: [([UInt8], Admission.Rejection?)] = [
      (Client.record(5), nil),
      (Client.record(5, padding: 1), .unsupportedPadding),
      (Client.record(2), .aborted),
      (Client.record(9, id: 0, Client.pairs([("FCGI_MPXS_CONNS", "")])), .anotherRequestID),
      (Client.record(5, id: 2), .anotherRequestID),
      (Client.record(4), .unexpectedRecord),
      ([2] + Client.record(5).dropFirst(), .unknownVersion),
      (Client.record(5, [1]), .tooLarge),
    ]
    for (record, rejection) in foreign {
      for cut in 0...(body + record).count {
        var check = BodyCheck(requestID: 1)
        let bytes = body + record
        var seen: Admission.Rejection?
        do {
          for piece in [bytes[..<cut], bytes[cut...]] {
            _ = try piece.withUnsafeBytes { try check.take($0, limit: 6) }
          }
        } catch {
          seen = error as? Admission.Rejection
        }
        #expect(seen == rejection, "cut at \(cut)")
        #expect(check.isComplete == (rejection == nil))
        if rejection == nil { #expect(check.received == 6) }
      }
    }
  }

  @Test func foreignRecordsInARequestAreRejected() {
    let begin = Client.begin()
    #expect(examine(begin + Client.record(9, id: 0)) == .rejected(.anotherRequestID))
    #expect(examine(begin + Client.record(4, id: 2)) == .rejected(.anotherRequestID))
    #expect(examine(begin + Client.begin()) == .rejected(.unexpectedRecord))
    #expect(examine(begin + Client.record(8, [1])) == .rejected(.unexpectedRecord))
    #expect(examine(begin + Client.record(2)) == .rejected(.aborted))
    #expect(
      examine(begin + Client.record(4) + Client.record(2)) == .rejected(.aborted))
  }

  @Test func whatLibfcgiCannotBearIsRejected() {
    #expect(examine(Client.record(1, [0, 1, 1, 0])) == .rejected(.badBeginning))
    #expect(
      examine(Client.record(1, [0, 1, 1, 0, 0, 0, 0, 0], padding: 8))
        == .rejected(.unsupportedPadding))
    #expect(
      examine(Client.begin() + Client.record(4, padding: 8)) == .rejected(.unsupportedPadding))
    #expect(examine(Client.begin(role: 2)) == .rejected(.unsupportedRole))
    #expect(examine([2, 1, 0, 1, 0, 8, 0, 0]) == .rejected(.unknownVersion))
    #expect(examine(Client.record(4, [1])) == .rejected(.unexpectedRecord))
  }

  @Test func aLateEndOfAFinishedRequestIsForgotten() {
    #expect(examine(Client.record(2)) == .leftover(length: 8))
    #expect(examine(Client.record(5) + Client.begin()) == .leftover(length: 8))
    #expect(examine(Client.record(5, padding: 4)) == .leftover(length: 12))
  }

  @Test func valuesAreAnsweredOnceHoweverOftenAskedFor() {
    let names = Client.pairs([("FCGI_MPXS_CONNS", ""), ("UNKNOWN", ""), ("FCGI_MPXS_CONNS", "")])
    for padding in [0, 5] {
      let question = Client.record(9, id: 0, names, padding: padding)
      let content = Client.pairs([("FCGI_MPXS_CONNS", "0")])
      #expect(
        examine(question)
          == .management(
            length: question.count,
            answer: Client.record(10, id: 0, content, padding: (8 - content.count % 8) % 8)))
    }
  }

  @Test func valuesWhoseLengthsLieAreRejected() {
    #expect(
      examine(Client.record(9, id: 0, [0xFF, 0xFF, 0xFF, 0xFF, 0])) == .rejected(.badParameters))
    #expect(examine(Client.record(9, id: 0, [200])) == .rejected(.badParameters))
  }

  @Test func anUnknownManagementRecordIsNamedInTheAnswer() {
    #expect(
      examine(Client.record(77, id: 0))
        == .management(length: 8, answer: Client.record(11, id: 0, [77, 0, 0, 0, 0, 0, 0, 0])))
  }

  /// Whatever comes, the gatekeeper answers, and lets nothing in that is not a request of its length.
  @Test(arguments: 0..<20) func randomDamageNeverPassesForMoreThanIsThere(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1000 {
      var bytes = request
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
      switch examine(bytes) {
      case .request(let opening):
        let length = opening.length
        #expect(length <= bytes.count)
        #expect(opening.isFollowed == (length < bytes.count))
        // A request ends with an empty STDIN of its own id.
        #expect(bytes[length - 7] == 5)
        #expect(bytes[length - 4..<length - 2].allSatisfy { $0 == 0 })
      case .management(let length, _), .leftover(let length):
        #expect(length <= bytes.count)
      case .incomplete, .rejected:
        break
      }
    }
  }

  @Test func theFuzzersCorpusHolds() throws {
    for (name, bytes) in try FuzzCorpus.inputs(for: "admission") {
      let violation = bytes.withUnsafeBytes { Property.violation($0) }
      #expect(violation == nil, "\(name)")
    }
  }
}
