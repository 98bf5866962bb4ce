import Foundation
import Postgres
import TestSupport
import Testing

/// One bad peer of the accessor's socket stands in nobody's way.
@Suite struct PeerTests {
  typealias Client = FastCGIClient

  private let system: SignalsSystem

  init() throws {
    // One lane, so that there is none that could serve in its place.
    system = try SignalsSystem(
      server: PostgresServer.shared.get(), settings: ["ACCESSOR_LANES": "1"])
  }

  private func expectService(_ what: String) throws {
    let socket = try system.connectToAccessor()
    for _ in 0..<20 {
      #expect(try Client.exchange(socket, "GET", "/signals/power").status == 200, "\(what)")
    }
    #expect(try system.nginx.ask("/signals/power").status == 200, "\(what)")
  }

  @Test func peersThatSayNothingDelayNobody() throws {
    let peers = try (0..<200).map { _ in try system.connectToAccessor() }
    try expectService("with \(peers.count) silent peers")
  }

  @Test func halvesOfRequestsDelayNobody() throws {
    let request = Client.request("GET", "/signals/power")
    var peers: [OwnedSocket] = []
    for count in stride(from: 1, to: request.count, by: 7) {
      let peer = try system.connectToAccessor()
      try peer.send(Array(request.prefix(count)))
      peers.append(peer)
    }
    try expectService("with \(peers.count) halves of requests")
    // And each half can still become a whole.
    for (index, count) in stride(from: 1, to: request.count, by: 7).enumerated() {
      try peers[index].send(Array(request.dropFirst(count)))
      #expect(try Client.readAnswer(peers[index]).status == 200)
    }
  }

  @Test func garbageEndsItsConnectionAndNoOther() throws {
    var generator = SystemRandomNumberGenerator()
    for length in [1, 7, 8, 9, 100, 5000, 100_000] {
      let peer = try system.connectToAccessor()
      let garbage = (0..<length).map { _ in UInt8.random(in: 2...255, using: &generator) }
      // The accessor may have closed before all of it was sent.
      try? peer.send(garbage)
      try expectService("with \(length) bytes of garbage")
      // Fewer bytes than a record's header may still become one.
      if length >= 8 { #expect(try peer.receive().isEmpty) }
    }
    #expect(system.accessor.isRunning)
  }

  @Test func aPeerThatDoesNotReadItsAnswersDelaysNobody() throws {
    // Answers that fill no socket's buffer would show nothing.
    #expect(try system.control("PATCH", "/producer", #"{"machines":10}"#).status == 200)
    #expect(
      try eventually {
        try system.nginx.ask("/signals/power?limit=1000").body.utf8.count > 100_000
      })
    var peers: [OwnedSocket] = []
    for _ in 0..<10 {
      let peer = try system.connectToAccessor()
      try peer.send(Client.request("GET", "/signals/power?limit=1000"))
      peers.append(peer)
    }
    try expectService("with peers that do not read")
    for peer in peers { #expect(try Client.readAnswer(peer).status == 200) }
  }

  @Test func peersThatComeAndGoLeaveNothingBehind() throws {
    func descriptors() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(system.accessor.pid)/fd").count
    }
    try expectService("before")
    let before = try descriptors()
    for number in 0..<2000 {
      let peer = try system.connectToAccessor()
      switch number % 4 {
      case 0: break
      case 1: try peer.send(Array(Client.request("GET", "/signals/power").prefix(50)))
      case 2: try peer.send(Client.request("GET", "/signals/power"))
      default: try? peer.send(Array("garbage".utf8))
      }
    }
    try expectService("after")
    #expect(try eventually { try descriptors() <= before + 2 })
  }

  @Test func aQueryThatNobodyWaitsForIsCancelledAndItsSessionGoesOn() throws {
    let session = try system.connect()
    let observer = try system.connect()
    try session.executeScript("BEGIN; LOCK TABLE signal_types IN ACCESS EXCLUSIVE MODE")
    // As many as the lane has sessions.
    var clients: [OwnedSocket] = []
    for target in ["/signals", "/signals/power"] {
      let client = try system.connectToAccessor()
      try client.send(Client.request("GET", target))
      clients.append(client)
    }
    #expect(try eventually { try system.waitingForLocks(observer) == 2 })
    clients = []
    // The server stops, long before the queries' time is over.
    #expect(try eventually(within: 4) { try system.waitingForLocks(observer) == 0 })
    try session.execute("ROLLBACK")
    try expectService("after two cancelled queries")
    let metrics = try system.nginx.ask("/metrics").body
    #expect(metrics.contains("\nsignals_accessor_queries_cancelled_total{workload=\"newest\"} 2\n"))
    #expect(
      metrics.contains("\nsignals_accessor_database_sessions_lost_total{workload=\"newest\"} 0\n"))
  }

  @Test func whatWasAcceptedIsAnsweredBeforeTheEnd() throws {
    let socket = try system.connectToAccessor()
    #expect(try Client.exchange(socket, "GET", "/signals/power").status == 200)
    // A query that waits for a lock, so that the stop comes while it is under way.
    let session = try system.connect()
    try session.executeScript("BEGIN; LOCK TABLE signal_types IN ACCESS EXCLUSIVE MODE")
    try socket.send(Client.request("GET", "/signals"))
    let observer = try system.connect()
    #expect(
      try eventually {
        try system.waitingForLocks(observer) > 0
      })
    system.accessor.signal(SIGTERM)
    #expect(eventually { system.accessor.errors.contains("finishing accepted requests") })
    try session.execute("COMMIT")
    #expect(try Client.readAnswer(socket).status == 200)
    #expect(system.accessor.wait().status == 0)
    #expect(!FileManager.default.fileExists(atPath: system.directory.file("accessor.sock")))
  }
}
