import CZlib
import Foundation
import TestSupport
import Testing

/// Bodies of an endpoint that takes 16 MiB, through nginx.
@Suite struct RequestBodyTests {
  private static let limit = 16 << 20

  private let program: TestProgram
  private let nginx: NginxFront
  private let directory: TemporaryDirectory

  init() throws {
    program = try TestProgram(PostgresServer.shared.get().makeDatabase())
    nginx = try NginxFront(program.path)
    directory = try TemporaryDirectory()
  }

  private static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0x61, count: count)
    // So that it does not become next to nothing.
    for index in stride(from: 0, to: count, by: 97) {
      bytes[index] = UInt8(truncatingIfNeeded: index)
    }
    return bytes
  }

  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    try directory.write(bytes, to: "plain")
    try ChildProcess.output(of: "gzip", ["-kf", directory.file("plain")])
    return Array(try directory.read("plain.gz"))
  }

  /// Status and body of the answer, and its `Accept-Encoding`.
  private func post(
    _ bytes: [UInt8], encoding: String?, to path: String = "/upload"
  ) throws -> (status: Int, body: String, choices: String?) {
    try directory.write(bytes, to: "body")
    let header = encoding.map { "Content-Encoding: \($0)" } ?? "X: y"
    let outcome = try ChildProcess.run(
      "curl",
      [
        "-sS", "-i", "-H", header, "-H", "Expect:", "--data-binary", "@\(directory.file("body"))",
        nginx.url + path,
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let parts = outcome.output.components(separatedBy: "\r\n\r\n")
    let lines = parts[0].components(separatedBy: "\r\n")
    let choices = lines.first { $0.hasPrefix("Accept-Encoding: ") }
    return (
      Int(lines[0].split(separator: " ")[1]) ?? 0, parts.dropFirst().joined(),
      choices.map { String($0.dropFirst(17)) }
    )
  }

  @Test(arguments: [0, 1, 65_536, limit - 1, limit]) func aBodyWithinItsBoundComesWhole(
    count: Int
  ) throws {
    let bytes = Self.bytes(count)
    let sum = crc32(0, bytes, UInt32(count))
    for (sent, encoding) in [(bytes, nil), (try gzip(bytes), "gzip"), (bytes, "identity")] {
      let answer = try post(sent, encoding: encoding)
      #expect(answer.status == 200)
      #expect(answer.body == "\"\(count) \(sum)\"")
    }
  }

  @Test func aBodyBeyondItsBoundIsRefusedWithTheBound() throws {
    let bytes = Self.bytes(Self.limit + 1)
    let plain = try post(bytes, encoding: nil)
    #expect(plain.status == 413)
    #expect(plain.body.contains("the body must be at most 16777216 bytes\""))
    let compressed = try post(gzip(bytes), encoding: "gzip")
    #expect(compressed.status == 413)
    #expect(
      compressed.body.contains("the body must be at most 16777216 bytes when decompressed\""))
  }

  /// Each becomes a thousand times as much as it is.
  @Test func bombsTakeLittleMemory() throws {
    let bomb = try gzip([UInt8](repeating: 0, count: 256 << 20))
    #expect(bomb.count < 300_000)
    #expect(try post(bomb, encoding: "gzip").status == 413)
    let before = try program.mostMemory
    let request = FastCGIClient.request(
      "POST", "/upload", [("HTTP_CONTENT_ENCODING", "gzip")], body: bomb)
    let clients = try (0..<50).map { _ in
      let client = try program.connect()
      try client.send(request)
      return client
    }
    for client in clients { #expect(try FastCGIClient.readAnswer(client).status == 413) }
    #expect(try program.mostMemory - before < 64 << 10, "KiB")
  }

  @Test func aBodyThatIsNoGzipIsABadRequest() throws {
    let whole = try gzip(Self.bytes(100_000))
    var damaged = whole
    damaged[whole.count / 2] ^= 0xFF
    for (bytes, reason) in [
      (Array(whole.dropLast(9)), "truncated"), (damaged, "corrupt"), (Self.bytes(1000), "corrupt"),
      (whole + Self.bytes(100), "trailing garbage"),
    ] {
      let answer = try post(bytes, encoding: "gzip")
      #expect(answer.status == 400, "\(answer.body)")
      #expect(answer.body.contains("the body cannot be decompressed: "))
      #expect(answer.body.contains(reason))
    }
  }

  @Test func anotherEncodingIsRefusedWithTheChoices() throws {
    for encoding in ["br", "deflate", "gzip, gzip", "zstd"] {
      let answer = try post([1], encoding: encoding)
      #expect(answer.status == 415)
      #expect(answer.choices == "gzip")
      #expect(
        answer.body.contains(#"the body's content encoding must be gzip (got \"\#(encoding)\")"#))
    }
    let plain = try post(gzip([1]), encoding: "gzip", to: "/plain-upload")
    #expect(plain.status == 415)
    #expect(plain.choices == "identity")
    #expect(try post(gzip([1]), encoding: "X-GZIP").body.hasPrefix("\"1 "))
  }

  @Test func aTrickledBodyComesWholeAndOneCutOffNotAtAll() throws {
    let compressed = try gzip(Self.bytes(3000))
    let request = FastCGIClient.request(
      "POST", "/upload", [("HTTP_CONTENT_ENCODING", "gzip")], body: compressed)
    let slow = try program.connect()
    for start in stride(from: 0, to: request.count, by: 50) {
      try slow.send(Array(request[start..<min(start + 50, request.count)]))
    }
    #expect(try FastCGIClient.readAnswer(slow).body.hasPrefix("\"3000 "))
    for count in [200, request.count / 2, request.count - 8] {
      let cut = try program.connect()
      try cut.send(Array(request[..<count]))
    }
    #expect(try program.ask("/newest").status == 200)
    let metrics = try program.ask("/metrics").body
    #expect(
      metrics.contains(#"test_requests_total{resource="/upload",status="200"} 1"#), "\(metrics)")
  }

  @Test func workWhoseClientLeavesIsDoneAndAudited() throws {
    let files = FileManager.default
    func descriptors() throws -> Int {
      try files.contentsOfDirectory(atPath: "/proc/\(program.process.pid)/fd").count
    }
    let before = try descriptors()
    do {
      let client = try program.connect()
      try client.send(
        FastCGIClient.request(
          "POST", "/wait", [("HTTP_AUTHORIZATION", "Bearer token-of-the-test-program")]))
      #expect(eventually { files.fileExists(atPath: program.path + ".go.begun") })
      #expect(try descriptors() == before + 1)
    }
    #expect(try eventually { try descriptors() == before })
    #expect(!program.process.errors.contains("path=/wait"))
    #expect(files.createFile(atPath: program.path + ".go", contents: nil))
    #expect(
      eventually { program.process.errors.contains("path=/wait") }, "\(program.process.errors)")
    #expect(program.process.errors.contains("change={}"))
  }

  /// Starts work, whose client leaves, and ends the program.
  private func endDuringWork() throws {
    let files = FileManager.default
    let client = try program.connect()
    try client.send(
      FastCGIClient.request(
        "POST", "/wait", [("HTTP_AUTHORIZATION", "Bearer token-of-the-test-program")]))
    #expect(eventually { files.fileExists(atPath: program.path + ".go.begun") })
    program.process.signal(SIGTERM)
  }

  @Test func workIsAuditedThoughTheProgramEnds() throws {
    try endDuringWork()
    #expect(FileManager.default.createFile(atPath: program.path + ".go", contents: nil))
    let outcome = program.process.wait()
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("change={}"))
    #expect(
      outcome.errors.contains(/path=\/wait .*status=200/),
      "\(outcome.errors)")
  }

  @Test func workThatOutlastsTheProgramsEndIsAuditedAsUnfinished() throws {
    try endDuringWork()
    #expect(
      eventually {
        program.process.errors.contains(/path=\/wait .*status=unfinished/)
      }, "\(program.process.errors)")
    #expect(FileManager.default.createFile(atPath: program.path + ".go", contents: nil))
    #expect(program.process.wait().status == 0)
  }
}
