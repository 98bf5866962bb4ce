import TestSupport
import Testing

/// Targets that are asked for again, more of them than are kept.
@Suite struct TargetCacheTests {
  private let program: TestProgram

  init() throws { program = try TestProgram(PostgresServer.shared.get().makeDatabase()) }

  private func ask(_ method: String, _ target: String, body: Int = 0) throws -> FastCGIClient.Answer
  {
    try FastCGIClient.exchange(
      program.connect(), method, target, body: [UInt8](repeating: 0x20, count: body))
  }

  @Test func eachTargetKeepsItsOwnAnswer() throws {
    for number in Array(0..<100) + (0..<100).reversed() + [7, 7, 93, 7] {
      #expect(try ask("GET", "/sleep?number=\(number)").body == "\(number)")
    }
    // Other spellings of one question.
    #expect(try ask("GET", "/sleep?number=7&seconds=0").body == "7")
    #expect(try ask("GET", "/sleep?seconds=0&number=7").body == "7")
    #expect(try ask("GET", "/sleep").body == "0")
  }

  @Test func aTargetThatIsKeptIsKeptForItsMethodAlone() throws {
    for _ in 0..<2 {
      #expect(try ask("GET", "/sleep?number=5").body == "5")
      #expect(try ask("HEAD", "/sleep?number=5").body.isEmpty)
      #expect(try ask("POST", "/sleep?number=5").status == 405)
    }
  }

  @Test func aBodyIsLookedAtEachTime() throws {
    #expect(try ask("GET", "/sleep?number=5").body == "5")
    #expect(try ask("GET", "/sleep?number=5", body: 100).body == "5")
    #expect(try ask("GET", "/sleep?number=5", body: 65_537).status == 413)
    #expect(try ask("GET", "/sleep?number=5").body == "5")
  }

  @Test func aTargetThatWasRefusedIsRefusedAgain() throws {
    for _ in 0..<2 {
      #expect(try ask("GET", "/sleep?number=1001").status == 400)
      #expect(try ask("GET", "/sleep?nummer=1").status == 400)
    }
  }
}
