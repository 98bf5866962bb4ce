import Foundation
import TestSupport
import Testing

/// Streamed replies and bodies behind a real nginx.
@Suite struct NginxStreamTests {
  private let responder: TestResponder
  private let nginx: NginxFront
  private let directory: TemporaryDirectory

  init() throws {
    responder = try TestResponder()
    let signals = NginxServer.repository.appendingPathComponent("nginx/signals").path
    nginx = try NginxFront(
      responder.path,
      """
      location ~ ^/(?:bytes|failing|rows|events) {
        include \(signals)/fastcgi.conf;
        include \(signals)/stream.conf;
        fastcgi_pass responder;
      }
      """)
    directory = try TemporaryDirectory()
  }

  private func curl(_ arguments: String...) throws -> ChildProcess {
    try ChildProcess("curl", ["-sS"] + arguments)
  }

  @Test func aReplyLongerThanAllBuffersComesWholeAtFlatMemory() throws {
    try #require(try curl("\(nginx.url)/bytes?1000").wait().status == 0)
    let before = responder.residentMemory
    let count = 200_000_000
    let client = try curl(
      "-o", "/dev/null", "-w", "%{size_download}", "\(nginx.url)/bytes?\(count)")
    var most = 0
    while client.isRunning {
      most = max(most, responder.residentMemory)
      usleep(20_000)
    }
    let outcome = client.wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "\(count)")
    // Less than a thousandth of it.
    #expect(most - before < 200, "\(before) KiB before, \(most) KiB at most")
  }

  @Test func aClientIsCutOffWhenTheSourceFailsOrTheResponderIsKilled() throws {
    let failing = try curl("-o", "/dev/null", "\(nginx.url)/failing?5000000").wait()
    #expect(failing.status == 18, "\(failing.errors)")
    let client = try curl(
      "--limit-rate", "1M", "-o", directory.file("out"), "\(nginx.url)/bytes?100000000")
    #expect(eventually { (try? directory.read("out").isEmpty) == false })
    responder.process.signal(SIGKILL)
    #expect(client.wait().status == 18)
  }

  @Test func othersAreServedAtOnceWhileAStreamRuns() throws {
    let stream = try curl("-o", "/dev/null", "\(nginx.url)/bytes?1000000000")
    let stopped = try curl("--limit-rate", "1k", "-o", "/dev/null", "\(nginx.url)/bytes?1000000000")
    for _ in 0..<20 {
      let outcome = try curl("\(nginx.url)/").wait()
      #expect(outcome.output == "ok")
    }
    // What went on meanwhile has not ended.
    #expect(stream.isRunning || stopped.isRunning)
  }

  @Test func whatHasNoEndIsPassedOnAsItComes() throws {
    let client = try curl("-sN", "\(nginx.url)/events")
    for number in 0..<3 {
      #expect(eventually { client.output.hasSuffix("data: \(number)\n\n") })
      responder.process.signal(SIGUSR1)
    }
    #expect(client.isRunning)
  }

  @Test func aClientThatLeavesEndsItsSource() throws {
    let client = try curl("-N", "-o", directory.file("out"), "\(nginx.url)/events")
    #expect(eventually { (try? directory.read("out").isEmpty) == false })
    client.signal(SIGTERM)
    #expect(responder.says("/events abandoned 1"))
  }

  @Test(arguments: [0, 1, 65_536, 65_537, 1 << 20, 1 << 24, 1 << 24 + 1])
  func aBodyOfAnyLengthIsTakenOrRefused(count: Int) throws {
    try directory.write(pattern(count), to: "body")
    for (path, limit) in [("/", 65_536), ("/upload", 1 << 20), ("/upload/large", 1 << 24)] {
      for encoding in ["Content-Type: text/plain", "Transfer-Encoding: chunked"] {
        let outcome = try curl(
          "-H", encoding, "-H", "Expect:", "--data-binary", "@\(directory.file("body"))", "-w",
          " %{http_code}", nginx.url + path
        ).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        if count > limit {
          #expect(outcome.output == "at most \(limit) 413")
        } else {
          #expect(outcome.output.hasSuffix(" 200"))
          #expect(outcome.output.hasPrefix(count == 0 ? "ok" : "\(count) intact"))
        }
      }
    }
    // nginx lost no answer and found no connection closed.
    #expect(!nginx.errors.contains("[error]"), "\(nginx.errors)")
  }
}
