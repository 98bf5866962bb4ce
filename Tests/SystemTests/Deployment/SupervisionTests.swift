import Foundation
import TestSupport
import Testing

/// The services under a service manager such as systemd: the sockets that it hands over, and what it is
/// told. The database is away all the time, which is none of its business.
@Suite struct SupervisionTests {
  typealias Client = FastCGIClient

  private let directory: TemporaryDirectory
  private let path: String
  private let listener: OwnedSocket

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("shared.sock")
    listener = try OwnedSocket(listeningAt: path)
  }

  private func environment(_ more: [String: String?] = [:]) -> [String: String?] {
    [
      "DB_HOST": directory.path, "RUN_DIR": directory.path, "ACCESSOR_LANES": "2",
      "CONTROL_TOKEN": SignalsSystem.token,
    ].merging(more) { $1 }
  }

  /// A service that is handed the socket as its descriptor 3, as systemd would.
  private func start(_ program: String, _ environment: [String: String?] = [:]) throws
    -> ChildProcess
  {
    try ChildProcess(
      "bash",
      [
        "-c", #"exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec "$0""#,
        ChildProcess.product(program),
      ],
      environment: self.environment(environment), inheriting: listener)
  }

  private func startAccessor() throws -> ChildProcess { try start("signals-accessor") }

  private func connect() throws -> OwnedSocket { try OwnedSocket(connectedTo: path) }

  private func expectLife(_ socket: OwnedSocket) throws {
    #expect(try Client.exchange(socket, "GET", "/health/live").status == 200)
  }

  @Test func aSocketThatWasHandedOverIsServedAndOutlivesItsServer() throws {
    for _ in 0..<2 {
      let accessor = try startAccessor()
      try expectLife(connect())
      #expect(eventually { accessor.errors.contains("serving at \(path)") })
      #expect(!directory.has("accessor.sock"))
      accessor.signal(SIGTERM)
      #expect(accessor.wait().status == 0)
      #expect(directory.has("shared.sock"))
    }
    // Who comes in between waits, and is served.
    let early = try connect()
    try early.send(Client.request("GET", "/health/live"))
    let accessor = try startAccessor()
    #expect(try Client.readAnswer(early).status == 200)
    #expect(accessor.isRunning)
  }

  @Test func keptConnectionsAreServedToTheirEndWhileASuccessorGetsTheNewOnes() throws {
    let old = try startAccessor()
    var kept: OwnedSocket? = try connect()
    try expectLife(kept!)
    let successor = try startAccessor()
    #expect(eventually { successor.errors.contains("serving at") })
    old.signal(SIGTERM)
    #expect(eventually { old.errors.contains("serving open connections") })
    for _ in 0..<200 {
      try expectLife(kept!)
      try expectLife(connect())
    }
    #expect(old.isRunning)
    kept = nil
    #expect(old.wait().status == 0)
    try expectLife(connect())
  }

  @Test func withoutASuccessorItMakesWayForOne() throws {
    let old = try startAccessor()
    let kept = try connect()
    try expectLife(kept)
    old.signal(SIGTERM)
    #expect(eventually { old.errors.contains("serving open connections") })
    try expectLife(kept)
    // The first that nobody takes makes it end: whoever is to come may wait for that.
    var waiting: OwnedSocket
    repeat {
      waiting = try connect()
      try waiting.send(Client.request("GET", "/health/live"))
    } while (try? waiting.receive(seconds: 1)) != nil
    #expect(old.wait().status == 0)
    let successor = try startAccessor()
    #expect(try Client.readAnswer(waiting).status == 200)
    #expect(successor.isRunning)
  }

  @Test func theControlEndpointIsServedAtASocketWithATokenThatWereHandedOver() throws {
    try directory.makeDirectory("credentials")
    try directory.write("the-token-in-a-credential", to: "credentials/CONTROL_TOKEN")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o400], ofItemAtPath: directory.file("credentials/CONTROL_TOKEN"))
    // Who asks while there is no producer waits for the next one.
    for _ in 0..<2 {
      let early = try connect()
      let bearer = ("HTTP_AUTHORIZATION", "Bearer the-token-in-a-credential")
      try early.send(Client.request("GET", "/producer", [bearer]))
      let producer = try start(
        "signals-producer",
        ["CONTROL_TOKEN": nil, "CREDENTIALS_DIRECTORY": directory.file("credentials")])
      #expect(try Client.readAnswer(early).status == 200)
      producer.signal(SIGTERM)
      #expect(producer.wait().status == 0)
      #expect(directory.has("shared.sock") && !directory.has("producer.sock"))
    }
  }

  @Test func whatIsHandedToAnotherProcessIsNotTaken() throws {
    let accessor = try ChildProcess(
      ChildProcess.product("signals-accessor"),
      environment: environment(["LISTEN_FDS": "1", "LISTEN_PID": "1"]))
    let own = directory.file("accessor.sock")
    #expect(eventually { accessor.errors.contains("serving at \(own)") })
  }

  @Test func whatIsNoListeningSocketIsRefused() throws {
    let outcome = try ChildProcess.run(
      "bash",
      [
        "-c", #"exec 3</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec "$0""#,
        ChildProcess.product("signals-accessor"),
      ], environment: environment())
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasSuffix("descriptor 3: not a listening unix socket\n"))
  }

  @Test(arguments: ["signals-accessor", "signals-producer"])
  func theServiceManagerIsTold(program: String) throws {
    let name = "@\(directory.file("notify"))"
    let notifications = try OwnedSocket.receivingDatagrams(at: name)
    func next() throws -> String { String(decoding: try notifications.receive(), as: UTF8.self) }
    let service = try ChildProcess(
      ChildProcess.product(program),
      environment: environment(["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "400000"]))
    #expect(try next() == "READY=1")
    #expect(try next() == "WATCHDOG=1")
    let status = try next()
    #expect(status.hasPrefix("STATUS="))
    #expect(status.hasSuffix("the database does not answer"))
    for _ in 0..<5 { #expect(try next() == "WATCHDOG=1") }
    service.signal(SIGTERM)
    var last = ""
    while last != "STOPPING=1" { last = try next() }
    #expect(service.wait().status == 0)
  }
}
