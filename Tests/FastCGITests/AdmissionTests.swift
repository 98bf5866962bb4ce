import TestSupport
import Testing

@testable import FastCGI

@Suite struct AdmissionTests {
  typealias Client = FastCGIClient

  private func examine(_ bytes: [UInt8], _ limits: Admission.Limits = .init()) -> Admission {
    bytes.withUnsafeBytes { Admission.examine($0, limits: limits) }
  }

  private let request = Client.request("POST", "/a?b=c", body: Array("hello".utf8))

  @Test func aWholeRequestIsLetIn() {
    #expect(examine(request) == .request(length: request.count, isFollowed: false))
  }

  @Test func everyBeginningOfARequestIsIncomplete() {
    for count in 0..<request.count {
      #expect(examine(Array(request.prefix(count))) == .incomplete, "the first \(count) bytes")
    }
  }

  @Test func whatFollowsARequestIsSeen() {
    #expect(
      examine(request + [1]) == .request(length: request.count, isFollowed: true))
  }

  @Test func parametersMayBeSplitAnywhere() {
    let pairs = Client.pairs([("NAME", "value"), ("LONG", String(repeating: "x", count: 300))])
    for split in 1..<pairs.count {
      let bytes =
        Client.begin() + Client.record(4, Array(pairs[..<split]))
        + Client.record(4, Array(pairs[split...]), padding: 3) + Client.record(4)
        + Client.record(5)
      #expect(examine(bytes) == .request(length: bytes.count, isFollowed: false), "at \(split)")
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

  @Test func aRequestOfUnboundedSizeIsRejected() {
    let much = [UInt8](repeating: 0, count: 60_000)
    let pair = Client.pairs([("N", String(repeating: "v", count: 60_000))])
    let parameters = Client.begin() + Client.record(4, pair) + Client.record(4, pair)
    #expect(examine(parameters) == .rejected(.tooLarge))
    let body =
      Client.begin() + Client.record(4) + Client.record(5, much) + Client.record(5, much)
    #expect(examine(body) == .rejected(.tooLarge))
  }

  @Test func manyTinyRecordsCannotExceedWhatIsLookedAt() {
    let limits = Admission.Limits(parameters: 100, body: 100)
    var bytes = Client.begin() + Client.record(4)
    while bytes.count < limits.request { bytes += Client.record(5, [0], padding: 255) }
    #expect(examine(bytes, limits) == .rejected(.tooLarge))
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
      case .request(let length, let isFollowed):
        #expect(length <= bytes.count)
        #expect(isFollowed == (length < bytes.count))
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
