import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Access

/// The gate of one thread, with the real verifier and its files behind it.
@Suite struct AuthorizerTests {
  /// What a request shows, without a web server.
  struct TestCredentials: Credentials {
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
  final class AuthorizerFixture {
    let control: AccessControl
    let wakeup: Wakeup
    var authorizer: Authorizer<String>

    init(_ settings: AccessSettings, capacity: Int = 16) throws {
      control = try AccessControl(settings)
      wakeup = try Wakeup()
      authorizer = Authorizer(control, waking: wakeup, capacity: capacity, memory: 16)
    }

    deinit { control.stop() }

    /// At once, or once the token has been looked at.
    func decide(_ credentials: TestCredentials, _ scope: Scopes, _ name: String = "anna") throws
      -> Authorizer<String>.Decision
    {
      let decision = authorizer.authorize(credentials, for: scope, name)
      guard case .waiting = decision else { return decision }
      return try #require(try takeDecisions().first).decision
    }

    func takeDecisions() throws -> [(request: String, decision: Authorizer<String>.Decision)] {
      while true {
        let readiness = try Readiness.wait(
          for: wakeup.descriptor, .readable, until: .now + .seconds(60))
        try #require(readiness == .ready)
        wakeup.reset()
        let decided = authorizer.takeDecisions()
        if !decided.isEmpty { return decided }
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
    -> TestCredentials
  {
    let claims = TokenForge.claims(exp: "\(Int(exp))", scope: "\"\(scope)\"")
    return TestCredentials(authorization: "Bearer \(try forge.token(TokenForge.header, claims))")
  }

  private func isAdmitted(_ decision: Authorizer<String>.Decision) -> Bool {
    if case .authorized = decision { true } else { false }
  }

  private func denial(_ decision: Authorizer<String>.Decision) -> AuthorizationError? {
    if case .denied(let denial) = decision { denial } else { nil }
  }

  /// Puts a file in the place of another, as an administrator does, and waits until it counts.
  private func replace(_ name: String, _ content: String, _ fixture: AuthorizerFixture) throws {
    let before = fixture.control.iterations
    try directory.write(content, to: "\(name).new")
    try FileManager.default.removeItem(atPath: directory.file(name))
    try FileManager.default.moveItem(
      atPath: directory.file("\(name).new"), toPath: directory.file(name))
    // It looks once a second; two turns after the next look the new content has been seen.
    #expect(eventually { fixture.control.iterations >= before + 3 })
  }

  @Test func aGoodTokenIsVerifiedOnce() throws {
    let fixture = try AuthorizerFixture(settings)
    let credentials = try bearer()
    #expect(isAdmitted(try fixture.decide(credentials, .readSignals)))
    // Nobody waits for the second time.
    guard
      case .authorized(let principal) = fixture.authorizer.authorize(
        credentials, for: .readSignals, "otto")
    else {
      Issue.record("not known")
      return
    }
    #expect(principal.name == "anna")
  }

  @Test func visitorsWithOneTokenShareItsVerification() throws {
    let fixture = try AuthorizerFixture(settings)
    let credentials = try bearer()
    for name in ["a", "b", "c"] {
      guard case .waiting = fixture.authorizer.authorize(credentials, for: .readSignals, name)
      else {
        Issue.record("does not wait")
        return
      }
    }
    fixture.authorizer.remove { $0 == "b" }
    let decided = try fixture.takeDecisions()
    #expect(decided.map(\.request) == ["a", "c"])
    #expect(decided.allSatisfy { isAdmitted($0.decision) })
  }

  @Test func scopesDecide() throws {
    let fixture = try AuthorizerFixture(settings)
    let credentials = try bearer("signals:read producer:read")
    #expect(isAdmitted(try fixture.decide(credentials, .readProducer)))
    guard
      case .insufficientScope(.controlProducer, _) = denial(
        try fixture.decide(credentials, .controlProducer))
    else {
      Issue.record("may control")
      return
    }
  }

  @Test func refusalsTakeTheSameTimeWhateverWasWrong() throws {
    let fixture = try AuthorizerFixture(settings)
    let expired = try forge.token(TokenForge.header, TokenForge.claims(exp: "1"))
    for token in ["", "x", try forge.token(by: forge.strangers), expired] {
      let began = ContinuousClock.now
      let decision = try fixture.decide(
        TestCredentials(authorization: "Bearer \(token)"), .readSignals)
      guard case .invalidToken = denial(decision) else {
        Issue.record("let in")
        return
      }
      #expect(.now - began >= AccessControl.rejectionDelay)
    }
  }

  @Test func onlyThisMachineReadsWithoutAnything() throws {
    let fixture = try AuthorizerFixture(settings)
    for (address, isOpen) in [
      ("127.0.0.1", true), ("127.8.9.1", true), ("::1", true), ("::ffff:127.0.0.1", true),
      ("192.0.2.7", false), ("1127.0.0.1", false), ("::2", false), ("::11", false), ("", false),
      ("unix:", false),
    ] {
      let credentials = TestCredentials(address: address)
      #expect(isAdmitted(try fixture.decide(credentials, .readSignals)) == isOpen, "\(address)")
      #expect(
        denial(try fixture.decide(credentials, .readProducer))
          == .noCredentials(needed: .readProducer))
      #expect(
        denial(try fixture.decide(credentials, .controlProducer))
          == .noCredentials(needed: .controlProducer))
    }
  }

  @Test func nobodyOrEverybodyMayReadWhereThatIsSet() throws {
    var settings = settings
    settings.anonymousReads = .nobody
    let closed = try AuthorizerFixture(settings)
    #expect(!isAdmitted(try closed.decide(TestCredentials(address: "127.0.0.1"), .readSignals)))
    settings.anonymousReads = .everybody
    let open = try AuthorizerFixture(settings)
    #expect(isAdmitted(try open.decide(TestCredentials(), .readSignals)))
    #expect(!isAdmitted(try open.decide(TestCredentials(), .readProducer)))
  }

  @Test func theSecretOpensEverythingAndNothingElseDoes() throws {
    var settings = AccessSettings()
    settings.secret = Array("0123456789abcdef".utf8)
    let fixture = try AuthorizerFixture(settings)
    for header in ["Bearer 0123456789abcdef", "bearer 0123456789abcdef"] {
      let decision = try fixture.decide(TestCredentials(authorization: header), .controlProducer)
      #expect(isAdmitted(decision))
    }
    for header in [
      "", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdeF",
      "Bearer 0123456789abcdef0123456789abcdef", "Bearer  0123456789abcdef", "0123456789abcdef",
      "Basic 0123456789abcdef", "Bearer\t0123456789abcdef",
    ] {
      let decision = try fixture.decide(TestCredentials(authorization: header), .controlProducer)
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
    let fixture = try AuthorizerFixture(settings)
    let board = TestCredentials(certificate: ("CN=board,O=Plant", "00"))
    #expect(isAdmitted(try fixture.decide(board, .readSignals)))
    #expect(!isAdmitted(try fixture.decide(board, .readProducer)))
    let pinned = TestCredentials(certificate: ("CN=x", "aabb00112233445566778899aabbccddeeff0011"))
    #expect(isAdmitted(try fixture.decide(pinned, .readProducer)))
    let stranger = TestCredentials(certificate: ("CN=board", "00"))
    #expect(
      denial(try fixture.decide(stranger, .readSignals)) == .noCredentials(needed: .readSignals))
    // A token decides alone.
    let both = TestCredentials(authorization: "Bearer x", certificate: board.certificate)
    #expect(!isAdmitted(try fixture.decide(both, .readSignals)))
  }

  @Test func aKeyThatIsTakenBackEndsItsTokensToo() throws {
    let fixture = try AuthorizerFixture(settings)
    let credentials = try bearer()
    #expect(isAdmitted(try fixture.decide(credentials, .readSignals)))
    let others = forge.publicKeys[1...2].joined(separator: ",")
    try replace("keys.json", "{\"keys\":[\(others)]}", fixture)
    #expect(denial(try fixture.decide(credentials, .readSignals)) == .invalidToken(.unknownKey))
    try replace("keys.json", forge.publicJWKS, fixture)
    #expect(isAdmitted(try fixture.decide(credentials, .readSignals)))
  }

  @Test func aKeyThatCannotBeUsedDoesNotKeepTheOthersOut() throws {
    let fixture = try AuthorizerFixture(settings)
    let credentials = try bearer()
    let odd = #"{"kty":"RSA","kid":"r","n":"AQAB","e":65537},{"kid":"x"},7"#
    try replace("keys.json", "{\"keys\":[\(odd),\(forge.publicKeys[1])]}", fixture)
    #expect(denial(try fixture.decide(credentials, .readSignals)) == .invalidToken(.unknownKey))
    let token = try forge.token(
      #"{"alg":"EdDSA","kid":"ed-1"}"#, TokenForge.claims(exp: "\(Int(Validity.now) + 600)"),
      by: forge.edDSA)
    let edwards = TestCredentials(authorization: "Bearer \(token)")
    #expect(isAdmitted(try fixture.decide(edwards, .readSignals)))
    // At the start as well.
    #expect(isAdmitted(try AuthorizerFixture(settings).decide(edwards, .readSignals)))
  }

  @Test(arguments: [
    "", "{", "{}", #"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}"#,
  ])
  func aFileThatCannotBeUsedChangesNothing(content: String) throws {
    let fixture = try AuthorizerFixture(settings)
    let credentials = try bearer()
    try replace("keys.json", content, fixture)
    #expect(isAdmitted(try fixture.decide(credentials, .readSignals)))
  }

  @Test func aFileThatIsGoneChangesNothing() throws {
    let fixture = try AuthorizerFixture(settings)
    try directory.remove("keys.json")
    let before = fixture.control.iterations
    #expect(eventually { fixture.control.iterations >= before + 3 })
    #expect(isAdmitted(try fixture.decide(try bearer(), .readSignals)))
  }

  @Test func aSecretIsNotForEverybodyToRead() throws {
    try directory.write(forge.jwks, to: "keys.json")
    #expect(throws: InvalidRules.self) { try AuthorizerFixture(settings) }
    chmod(directory.file("keys.json"), 0o640)
    #expect(isAdmitted(try AuthorizerFixture(settings).decide(try bearer(), .readSignals)))
  }

  @Test func moreThanMayWaitAreSentAway() throws {
    let fixture = try AuthorizerFixture(settings, capacity: 2)
    var decisions: [Authorizer<String>.Decision] = []
    for number in 0..<3 {
      decisions.append(
        fixture.authorizer.authorize(
          TestCredentials(authorization: "Bearer \(number)"), for: .readSignals, "\(number)"))
    }
    #expect(denial(decisions[2]) == .overloaded)
    // And come in again once there is room.
    while try fixture.takeDecisions().isEmpty {}
    #expect(isAdmitted(try fixture.decide(try bearer(), .readSignals)))
  }
}
