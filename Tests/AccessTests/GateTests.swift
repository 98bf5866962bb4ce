import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Access

/// The gate of one thread, with the real verifier and its files behind it.
@Suite struct GateTests {
  /// What a request shows, without a web server.
  struct Showing: Credentials {
    var authorization = ""
    var address = "192.0.2.7"
    var certificate: (subject: String, fingerprint: String)?

    func withAuthorization<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
      Array(authorization.utf8).withUnsafeBufferPointer(body)
    }
    func withAddress<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
      Array(address.utf8).withUnsafeBufferPointer(body)
    }
  }

  /// One thread that lets people in by name.
  final class Door {
    let control: AccessControl
    let wakeup: Wakeup
    var gate: Gate<String>

    init(_ settings: AccessSettings, capacity: Int = 16) throws {
      control = try AccessControl(settings)
      wakeup = try Wakeup()
      gate = Gate(control, waking: wakeup, capacity: capacity, memory: 16)
    }

    deinit { control.stop() }

    /// At once, or once the token has been looked at.
    func decide(_ shown: Showing, _ scope: Scopes, _ name: String = "anna") throws
      -> Gate<String>.Decision
    {
      let decision = gate.admit(shown, for: scope, name)
      guard case .waiting = decision else { return decision }
      return try #require(try settle().first).decision
    }

    func settle() throws -> [(visitor: String, decision: Gate<String>.Decision)] {
      while true {
        let readiness = try Readiness.wait(
          for: wakeup.descriptor, .readable, until: .now + .seconds(60))
        try #require(readiness == .ready)
        wakeup.reset()
        let settled = gate.settle()
        if !settled.isEmpty { return settled }
      }
    }
  }

  private let directory: TemporaryDirectory
  private let forge: TokenForge

  init() async throws {
    directory = try TemporaryDirectory()
    forge = try await TokenForge.shared.value
    try directory.write(forge.publicJWKS, to: "keys.json")
  }

  private var settings: AccessSettings {
    var settings = AccessSettings()
    settings.keysFile = directory.file("keys.json")
    return settings
  }

  private func bearer(_ scope: String = "signals:read", exp: Double = Validity.now + 600) throws
    -> Showing
  {
    let claims = TokenForge.claims(exp: "\(Int(exp))", scope: "\"\(scope)\"")
    return Showing(authorization: "Bearer \(try forge.token(TokenForge.header, claims))")
  }

  private func isAdmitted(_ decision: Gate<String>.Decision) -> Bool {
    if case .admitted = decision { true } else { false }
  }

  private func denial(_ decision: Gate<String>.Decision) -> Denial? {
    if case .refused(let denial) = decision { denial } else { nil }
  }

  /// Puts a file in the place of another, as an administrator does, and waits until it counts.
  private func replace(_ name: String, _ content: String, _ door: Door) throws {
    let before = door.control.turns
    try directory.write(content, to: "\(name).new")
    try FileManager.default.removeItem(atPath: directory.file(name))
    try FileManager.default.moveItem(
      atPath: directory.file("\(name).new"), toPath: directory.file(name))
    // It looks once a second; two turns after the next look the new content has been seen.
    #expect(eventually { door.control.turns >= before + 3 })
  }

  @Test func aGoodTokenIsVerifiedOnce() throws {
    let door = try Door(settings)
    let shown = try bearer()
    #expect(isAdmitted(try door.decide(shown, .readSignals)))
    // Nobody waits for the second time.
    guard case .admitted(let principal) = door.gate.admit(shown, for: .readSignals, "otto") else {
      Issue.record("not known")
      return
    }
    #expect(principal.name == "anna")
  }

  @Test func visitorsWithOneTokenShareItsVerification() throws {
    let door = try Door(settings)
    let shown = try bearer()
    for name in ["a", "b", "c"] {
      guard case .waiting = door.gate.admit(shown, for: .readSignals, name) else {
        Issue.record("does not wait")
        return
      }
    }
    door.gate.remove { $0 == "b" }
    let settled = try door.settle()
    #expect(settled.map(\.visitor) == ["a", "c"])
    #expect(settled.allSatisfy { isAdmitted($0.decision) })
  }

  @Test func scopesDecide() throws {
    let door = try Door(settings)
    let shown = try bearer("signals:read producer:read")
    #expect(isAdmitted(try door.decide(shown, .readProducer)))
    guard case .lacks(.controlProducer, _) = denial(try door.decide(shown, .controlProducer)) else {
      Issue.record("may control")
      return
    }
  }

  @Test func refusalsTakeTheSameTimeWhateverWasWrong() throws {
    let door = try Door(settings)
    let expired = try forge.token(TokenForge.header, TokenForge.claims(exp: "1"))
    for token in ["", "x", try forge.token(by: forge.strangers), expired] {
      let began = ContinuousClock.now
      let decision = try door.decide(Showing(authorization: "Bearer \(token)"), .readSignals)
      guard case .badToken = denial(decision) else {
        Issue.record("let in")
        return
      }
      #expect(.now - began >= AccessControl.timeOfRefusal)
    }
  }

  @Test func onlyThisMachineReadsWithoutAnything() throws {
    let door = try Door(settings)
    for (address, isOpen) in [
      ("127.0.0.1", true), ("127.8.9.1", true), ("::1", true), ("::ffff:127.0.0.1", true),
      ("192.0.2.7", false), ("1127.0.0.1", false), ("::2", false), ("::11", false), ("", false),
      ("unix:", false),
    ] {
      let shown = Showing(address: address)
      #expect(isAdmitted(try door.decide(shown, .readSignals)) == isOpen, "\(address)")
      #expect(denial(try door.decide(shown, .readProducer)) == .nothingShown(needed: .readProducer))
      #expect(
        denial(try door.decide(shown, .controlProducer)) == .nothingShown(needed: .controlProducer))
    }
  }

  @Test func nobodyOrEverybodyMayReadWhereThatIsSet() throws {
    var settings = settings
    settings.openReading = .nobody
    let closed = try Door(settings)
    #expect(!isAdmitted(try closed.decide(Showing(address: "127.0.0.1"), .readSignals)))
    settings.openReading = .everybody
    let open = try Door(settings)
    #expect(isAdmitted(try open.decide(Showing(), .readSignals)))
    #expect(!isAdmitted(try open.decide(Showing(), .readProducer)))
  }

  @Test func theSecretOpensEverythingAndNothingElseDoes() throws {
    var settings = AccessSettings()
    settings.secret = Array("0123456789abcdef".utf8)
    let door = try Door(settings)
    for header in ["Bearer 0123456789abcdef", "bearer 0123456789abcdef"] {
      let decision = try door.decide(Showing(authorization: header), .controlProducer)
      #expect(isAdmitted(decision))
    }
    for header in [
      "", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdeF",
      "Bearer 0123456789abcdef0123456789abcdef", "Bearer  0123456789abcdef", "0123456789abcdef",
      "Basic 0123456789abcdef", "Bearer\t0123456789abcdef",
    ] {
      let decision = try door.decide(Showing(authorization: header), .controlProducer)
      #expect(!isAdmitted(decision), "\(header)")
    }
  }

  @Test func aCertificateGivesItsScopes() throws {
    try directory.write(
      """
      {"clients": [
        {"subject": "CN=board,O=Plant", "scopes": ["signals:read"]},
        {"fingerprint": "AA:bb:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11", \
      "scopes": ["producer:read"]}
      ]}
      """, to: "clients.json")
    var settings = AccessSettings()
    settings.clientsFile = directory.file("clients.json")
    let door = try Door(settings)
    let board = Showing(certificate: ("CN=board,O=Plant", "00"))
    #expect(isAdmitted(try door.decide(board, .readSignals)))
    #expect(!isAdmitted(try door.decide(board, .readProducer)))
    let pinned = Showing(certificate: ("CN=x", "aabb00112233445566778899aabbccddeeff0011"))
    #expect(isAdmitted(try door.decide(pinned, .readProducer)))
    let stranger = Showing(certificate: ("CN=board", "00"))
    #expect(denial(try door.decide(stranger, .readSignals)) == .nothingShown(needed: .readSignals))
    // A token decides alone.
    let both = Showing(authorization: "Bearer x", certificate: board.certificate)
    #expect(!isAdmitted(try door.decide(both, .readSignals)))
  }

  @Test func aKeyThatIsTakenBackEndsItsTokensToo() throws {
    let door = try Door(settings)
    let shown = try bearer()
    #expect(isAdmitted(try door.decide(shown, .readSignals)))
    let others = forge.publicKeys[1...2].joined(separator: ",")
    try replace("keys.json", "{\"keys\":[\(others)]}", door)
    #expect(denial(try door.decide(shown, .readSignals)) == .badToken(.unknownKey))
    try replace("keys.json", forge.publicJWKS, door)
    #expect(isAdmitted(try door.decide(shown, .readSignals)))
  }

  @Test func aKeyThatCannotBeUsedDoesNotKeepTheOthersOut() throws {
    let door = try Door(settings)
    let shown = try bearer()
    let odd = #"{"kty":"RSA","kid":"r","n":"AQAB","e":65537},{"kid":"x"},7"#
    try replace("keys.json", "{\"keys\":[\(odd),\(forge.publicKeys[1])]}", door)
    #expect(denial(try door.decide(shown, .readSignals)) == .badToken(.unknownKey))
    let token = try forge.token(
      #"{"alg":"EdDSA","kid":"ed-1"}"#, TokenForge.claims(exp: "\(Int(Validity.now) + 600)"),
      by: forge.edDSA)
    let edwards = Showing(authorization: "Bearer \(token)")
    #expect(isAdmitted(try door.decide(edwards, .readSignals)))
    // At the start as well.
    #expect(isAdmitted(try Door(settings).decide(edwards, .readSignals)))
  }

  @Test(arguments: [
    "", "{", "{}", #"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}"#,
  ])
  func aFileThatCannotBeUsedChangesNothing(content: String) throws {
    let door = try Door(settings)
    let shown = try bearer()
    try replace("keys.json", content, door)
    #expect(isAdmitted(try door.decide(shown, .readSignals)))
  }

  @Test func aFileThatIsGoneChangesNothing() throws {
    let door = try Door(settings)
    try directory.remove("keys.json")
    let before = door.control.turns
    #expect(eventually { door.control.turns >= before + 3 })
    #expect(isAdmitted(try door.decide(try bearer(), .readSignals)))
  }

  @Test func aSecretIsNotForEverybodyToRead() throws {
    try directory.write(forge.jwks, to: "keys.json")
    #expect(throws: InvalidRules.self) { try Door(settings) }
    chmod(directory.file("keys.json"), 0o640)
    #expect(isAdmitted(try Door(settings).decide(try bearer(), .readSignals)))
  }

  @Test func moreThanMayWaitAreSentAway() throws {
    let door = try Door(settings, capacity: 2)
    var decisions: [Gate<String>.Decision] = []
    for number in 0..<3 {
      decisions.append(
        door.gate.admit(Showing(authorization: "Bearer \(number)"), for: .readSignals, "\(number)"))
    }
    #expect(denial(decisions[2]) == .tooMany)
    // And come in again once there is room.
    while try door.settle().isEmpty {}
    #expect(isAdmitted(try door.decide(try bearer(), .readSignals)))
  }
}
