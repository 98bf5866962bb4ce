import Foundation
import TestSupport
import Testing

/// `signals-cli token`.
@Suite struct TokenTests {
  private let scratch: TemporaryDirectory

  init() throws { scratch = try TemporaryDirectory() }

  private func run(_ arguments: String...) throws -> ChildProcess.Outcome {
    try signals(["token"] + arguments)
  }

  private func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch.file(name))
    return try #require(attributes[.posixPermissions] as? Int)
  }

  private func make(_ algorithm: String = "ES256") throws -> ChildProcess.Outcome {
    try run(
      "keygen", "--algorithm", algorithm, "--key", scratch.file("\(algorithm).json"), "--keys",
      scratch.file("keys.json"))
  }

  private func create(_ algorithm: String = "ES256", _ expires: String = "8h") throws {
    let token = try run(
      "create", "--key", scratch.file("\(algorithm).json"), "--subject", "anna", "--scope",
      "signals:read", "--scope", "producer:read", "--expires", expires)
    #expect(token.errors == "")
    try scratch.write(token.output, to: "token")
  }

  @Test(arguments: ["ES256", "EdDSA", "HS256"])
  func whatIsMadeIsFoundGood(algorithm: String) throws {
    #expect(try make(algorithm).status == 0)
    try create(algorithm)
    let outcome = try run("inspect", scratch.file("token"), "--keys", scratch.file("keys.json"))
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("algorithm  \(algorithm)\n"))
    #expect(outcome.output.contains("subject    anna\nscope      signals:read producer:read\n"))
    #expect(outcome.output.contains(", in 8 h\n") || outcome.output.contains(", in 7 h 59 min\n"))
    #expect(outcome.output.hasSuffix("The token is valid.\n"))
  }

  @Test func aPrivateKeyIsItsOwnersAloneAndThePublicOneIsForAll() throws {
    try scratch.write(
      #"{"keys":[{"kty":"AKP","kid":"of others","x5c":["a"]}],"note":1}"#, to: "keys.json")
    #expect(try make().status == 0)
    #expect(try mode("ES256.json") == 0o600)
    #expect(try mode("keys.json") == 0o644)
    let keys = String(decoding: try scratch.read("keys.json"), as: UTF8.self)
    #expect(keys.hasPrefix(#"{"keys":[{"kty":"AKP","kid":"of others","x5c":["a"]},{"alg":"ES256""#))
    #expect(keys.contains(#""note":1"#))
    #expect(!keys.contains(#""d":"#))
    #expect(try make("HS256").status == 0)
    #expect(try mode("keys.json") == 0o640)
    // It still contains the secret.
    #expect(try make("EdDSA").status == 0)
    #expect(try mode("keys.json") == 0o640)
  }

  @Test func aKeyIsNotOverwritten() throws {
    #expect(try make().status == 0)
    let before = try scratch.read("ES256.json")
    let again = try make()
    #expect(again.status == 1)
    #expect(again.errors.contains("\(scratch.file("ES256.json")) already exists"))
    #expect(try scratch.read("ES256.json") == before)
  }

  @Test func aTokenThatIsNotGoodSaysWhy() throws {
    #expect(try make().status == 0)
    try create("ES256", "1s")
    try scratch.write(#"{"keys":[]}"#, to: "none.json")
    let unknown = try run("inspect", scratch.file("token"), "--keys", scratch.file("none.json"))
    #expect(unknown.status == 1)
    #expect(unknown.errors == "signals-cli: invalid token: unknown key ID (kid)\n")
    let other = try run(
      "inspect", scratch.file("token"), "--keys", scratch.file("keys.json"), "--audience", "billing"
    )
    #expect(other.errors == "signals-cli: invalid token: wrong audience\n")
    try scratch.write("x.y", to: "token")
    let none = try run("inspect", scratch.file("token"))
    #expect(none.status == 1)
    #expect(none.errors.hasPrefix("signals-cli: not a token: not a JWT"))
  }

  @Test func aKeyThatCannotBeUsedIsNamedAndTheOthersHold() throws {
    try scratch.write(
      #"{"keys":[{"kty":"RSA","kid":"old","n":"AQAB","e":"AQAB"}]}"#, to: "keys.json")
    let path = scratch.file("keys.json")
    let remark =
      "signals-cli: \(path): key 1 (\"old\") skipped: not an RSA key of at least 2048 bits\n"
    let made = try make()
    #expect(made.status == 0)
    #expect(made.errors == remark)
    try create()
    let outcome = try run("inspect", scratch.file("token"), "--keys", path)
    #expect(outcome.status == 0)
    #expect(outcome.errors == remark)
  }

  @Test func itIsReadFromStandardInputToo() throws {
    #expect(try make().status == 0)
    try create()
    let outcome = try shell(
      "\"$1\" token inspect < \(scratch.file("token"))", url: "http://127.0.0.1:1")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("The signature was not verified"))
  }

  @Test func whatCannotBeMeantIsRefused() throws {
    #expect(try make().status == 0)
    for (arguments, expected) in [
      (["--scope", "signals:write"], "unknown scope 'signals:write'"),
      (["--scope", "signals:read", "--expires", "8"], "--expires must be a time such as"),
      (["--scope", "signals:read", "--expires", "400d"], "--expires must be a time such as"),
      (["--scope", "signals:read", "--expires=-1h"], "--expires must be a time such as"),
    ] {
      let outcome = try signals(
        ["token", "create", "--key", scratch.file("ES256.json"), "--subject", "a"] + arguments)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(expected), "\(outcome.errors)")
    }
    try scratch.write("{}", to: "nonsense.json")
    let key = try run(
      "create", "--key", scratch.file("nonsense.json"), "--subject", "a", "--scope", "signals:read")
    #expect(key.errors.contains("nonsense.json: kty is missing"))
  }
}
