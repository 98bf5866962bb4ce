import Foundation
import TestSupport
import Testing

/// Which process serves the path of a socket, when there is more than one.
@Suite struct SocketTests {
  typealias Client = FastCGIClient

  private let system: SignalsSystem
  private let path: String

  init() throws {
    system = try SignalsSystem(
      server: PostgresServer.shared.get(), settings: ["ACCESSOR_LANES": "1"])
    path = system.directory.file("accessor.sock")
  }

  private func start(_ program: String, _ arguments: [String] = [], _ settings: [String: String])
    throws -> ChildProcess
  {
    try ChildProcess(
      ChildProcess.product(program), arguments,
      environment: SignalsSystem.environment(
        system.server, system.database, system.directory, settings))
  }

  private func startAccessor(_ arguments: String...) throws -> ChildProcess {
    try start("signals-accessor", arguments, ["ACCESSOR_LANES": "1"])
  }

  private func expectService(_ what: String) throws {
    #expect(
      try Client.exchange(system.connectToAccessor(), "GET", "/signals/power").status == 200,
      "\(what)"
    )
    #expect(try system.nginx.ask("/signals/power").status == 200, "\(what)")
  }

  @Test func aSecondAccessorIsRefusedAndTheFirstServesOn() throws {
    let second = try startAccessor().wait()
    #expect(second.status == 1)
    let pid = system.accessor.pid
    #expect(
      second.errors.hasSuffix(
        """
        listening at \(path): process \(pid) is already listening; stop it, or set another RUN_DIR \
        or ACCESSOR_SOCKET

        """), "\(second.errors)")
    try expectService("after a second one was refused")
    #expect(system.stopAccessor().status == 0)
    #expect(!system.directory.has("accessor.sock"))
  }

  @Test func aSecondProducerIsRefusedAndTheFirstServesOn() throws {
    let second = try start(
      "signals-producer", [], ["SPOOL_DIR": system.directory.file("another")]
    ).wait()
    #expect(second.status == 1)
    let pid = system.producer.pid
    #expect(
      second.errors.contains("producer.sock: process \(pid) is already listening; stop it"))
    #expect(try system.control("GET", "/producer").status == 200)
  }

  @Test func ofSeveralThatStartAtOnceOneServes() throws {
    system.accessor.signal(SIGKILL)
    _ = system.accessor.wait()
    #expect(system.directory.has("accessor.sock"))
    let all = try (0..<4).map { _ in try startAccessor() }
    #expect(eventually { all.count { $0.isRunning } == 1 })
    let winner = try #require(all.first { $0.isRunning })
    #expect(eventually { winner.errors.contains("connected to the database") })
    for loser in all where loser !== winner {
      #expect(loser.errors.contains("process \(winner.pid) is already listening"))
    }
    try expectService("after four have started")
  }

  @Test func aSuccessorTakesOverAndKeptConnectionsAreServedToTheirEnd() throws {
    var kept: OwnedSocket? = try system.connectToAccessor()
    #expect(try Client.exchange(kept!, "GET", "/signals/power").status == 200)
    let pid = system.accessor.pid
    let successor = try startAccessor("--take-over")
    #expect(eventually { successor.errors.contains("took over \(path) from process \(pid)") })
    // It finds out by itself; a supervisor may tell it all the same.
    #expect(
      eventually {
        system.accessor.errors.contains("process \(successor.pid) took over \(path)")
      })
    #expect(eventually { system.accessor.errors.contains("serving open connections") })
    system.accessor.signal(SIGTERM)
    // The old one still answers on what is open; the new one gets what is opened.
    for _ in 0..<20 {
      #expect(try Client.exchange(kept!, "GET", "/signals/power").status == 200)
      try expectService("while two of them run")
    }
    #expect(system.accessor.isRunning)
    kept = nil
    // nginx's own connections keep it, until a second signal says that it was enough.
    system.accessor.signal(SIGTERM)
    #expect(system.accessor.wait().status == 0)
    // It has left its successor's socket alone.
    try expectService("after the hand-over")
    successor.signal(SIGTERM)
    #expect(successor.wait().status == 0)
  }

  @Test func onceItsConnectionsAreClosedTheOldOneEndsByItself() throws {
    system.accessor.signal(SIGKILL)
    _ = system.accessor.wait()
    let old = try startAccessor()
    #expect(eventually { old.errors.contains("connected to the database") })
    let successor = try startAccessor("--take-over")
    #expect(old.wait().status == 0)
    #expect(old.errors.contains("process \(successor.pid) took over \(path)"))
    try expectService("after the hand-over")
  }

  @Test(arguments: ["accessor", "producer"]) func aPathThatWasRemovedIsMadeAgain(name: String)
    throws
  {
    let process = name == "accessor" ? system.accessor : system.producer
    try system.directory.remove("\(name).sock")
    #expect(eventually { system.directory.has("\(name).sock") })
    #expect(eventually { process.errors.contains("\(name).sock was removed; recreated it") })
    #expect(
      try eventually {
        try system.nginx.ask("/signals/power").status == 200
          && system.control("GET", "/producer").status == 200
      })
    #expect(process.isRunning)
  }

  @Test(arguments: ["accessor", "producer"]) func aPathThatIsAnothersEndsWithAnError(name: String)
    throws
  {
    let process = name == "accessor" ? system.accessor : system.producer
    try system.directory.remove("\(name).sock")
    let other = try OwnedSocket(listeningAt: system.directory.file("\(name).sock"))
    let outcome = process.wait()
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("process \(getpid()) has replaced the socket"),
      "\(outcome.errors)")
    #expect(system.directory.has("\(name).sock"))
    withExtendedLifetime(other) {}
  }

  @Test(arguments: ["signals-accessor", "signals-producer"]) func aMissingDirectoryIsNamed(
    program: String
  ) throws {
    let setting = program == "signals-accessor" ? "ACCESSOR_SOCKET" : "PRODUCER_SOCKET"
    let outcome = try ChildProcess.run(
      ChildProcess.product(program),
      environment: [
        "RUN_DIR": system.directory.file("missing"),
        "SPOOL_DIR": system.directory.file("another"), setting: nil,
      ], directory: system.directory.path)
    #expect(outcome.status == 78)
    let directory = system.directory.file("missing")
    #expect(
      outcome.errors.hasSuffix(
        """
        no such directory: \(directory); create it, set RUN_DIR or \(setting), or start the system \
        with scripts/up

        """), "\(outcome.errors)")
  }
}
