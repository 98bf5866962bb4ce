import ArgumentParser
import TestSupport
import Testing

@testable import SignalsCLI

@Suite struct SettingsTests {
  private let scratch: TemporaryDirectory

  init() throws {
    scratch = try TemporaryDirectory()
    try scratch.makeDirectory("signals")
  }

  private func keep(_ json: String) throws { try scratch.write(json, to: "signals/config") }

  private func settings(
    _ arguments: [String] = [], _ environment: [String: String] = [:], timeout: Double? = nil
  ) throws -> ClientSettings {
    let variables = environment.merging(["XDG_CONFIG_HOME": scratch.path]) { $1 }
    return try ClientSettings(ServerOptions.parse(arguments).given(timeout: timeout)) {
      variables[$0]
    }
  }

  private func failure(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws
    -> Failure
  {
    try #require(throws: Failure.self) { try settings(arguments, environment) }
  }

  private let two = """
    {"current": "plant-1", "contexts": {
      "plant-1": {"url": "https://one.example", "cacert": "one.pem", "token_file": "/etc/one",
                  "timeout": 3, "retry": 2},
      "plant-2": {"url": "https://two.example"}}}
    """

  @Test func withoutAnythingAllIsStandard() throws {
    let settings = try settings()
    #expect(settings.url == Setting(value: "http://127.0.0.1:8080", origin: .standard))
    #expect(settings.timeout == Setting(value: 10, origin: .standard))
    #expect(settings.retries == Setting(value: 0, origin: .standard))
    #expect(settings.context == nil && settings.token == nil && settings.authorityFile == nil)
  }

  @Test func theCurrentContextHolds() throws {
    try keep(two)
    let settings = try settings()
    let origin = SettingSource.context("plant-1")
    #expect(settings.context == Setting(value: "plant-1", origin: .standard))
    #expect(settings.url == Setting(value: "https://one.example", origin: origin))
    // Relative to the file's directory, not to the working directory.
    #expect(
      settings.authorityFile == Setting(value: scratch.file("signals/one.pem"), origin: origin))
    #expect(settings.token == Setting(value: .file("/etc/one"), origin: origin))
    #expect(settings.timeout == Setting(value: 3, origin: origin))
    #expect(settings.retries == Setting(value: 2, origin: origin))
  }

  @Test func theEnvironmentWinsOverTheCurrentContext() throws {
    try keep(two)
    let settings = try settings(
      [],
      [
        "SIGNALS_CACERT": "b.pem", "SIGNALS_TOKEN": "secret", "SIGNALS_TIMEOUT": "0.5",
        "SIGNALS_RETRY": "7",
      ])
    #expect(settings.url.value == "https://one.example")
    #expect(
      settings.authorityFile == Setting(value: "b.pem", origin: .variable("SIGNALS_CACERT")))
    #expect(settings.token?.value == .variable("SIGNALS_TOKEN"))
    #expect(settings.timeout == Setting(value: 0.5, origin: .variable("SIGNALS_TIMEOUT")))
    #expect(settings.retries == Setting(value: 7, origin: .variable("SIGNALS_RETRY")))
  }

  @Test func optionsWinOverTheEnvironment() throws {
    let settings = try settings(
      ["--url", "http://a", "--cacert", "a.pem", "--cert", "c", "--key", "k", "--retry", "1"],
      ["SIGNALS_URL": "http://b", "SIGNALS_CACERT": "b.pem", "SIGNALS_RETRY": "nonsense"],
      timeout: 2)
    #expect(settings.url == Setting(value: "http://a", origin: .option("--url")))
    #expect(settings.authorityFile == Setting(value: "a.pem", origin: .option("--cacert")))
    #expect(settings.certificateFile == Setting(value: "c", origin: .option("--cert")))
    #expect(settings.keyFile == Setting(value: "k", origin: .option("--key")))
    #expect(settings.timeout == Setting(value: 2, origin: .option("--timeout")))
    #expect(settings.retries == Setting(value: 1, origin: .option("--retry")))
  }

  @Test(arguments: [(["--url", "http://x"], [:]), ([], ["SIGNALS_URL": "http://x"])])
  func anotherAddressLeavesTheContextAside(
    _ arguments: [String], _ environment: [String: String]
  ) throws {
    try keep(two)
    let settings = try settings(arguments, environment)
    #expect(settings.url.value == "http://x")
    #expect(settings.context == nil)
    // Its token is for its own server.
    #expect(settings.token == nil)
    #expect(settings.authorityFile == nil)
  }

  @Test func aContextThatWasAskedForWinsOverTheEnvironment() throws {
    try keep(two)
    let environment = [
      "SIGNALS_URL": "http://b", "SIGNALS_TOKEN": "secret", "SIGNALS_TIMEOUT": "9",
      "SIGNALS_CONTEXT": "plant-2",
    ]
    let one = try settings(["--context", "plant-1"], environment)
    #expect(one.context == Setting(value: "plant-1", origin: .option("--context")))
    #expect(one.url.value == "https://one.example")
    #expect(one.token?.value == .file("/etc/one"))
    #expect(one.timeout.value == 3)
    let two = try settings(["--context", "plant-2"], environment)
    #expect(two.url.value == "https://two.example")
    #expect(two.token?.value == .variable("SIGNALS_TOKEN"))
    #expect(two.timeout.value == 9)
  }

  @Test func theEnvironmentNamesAContext() throws {
    try keep(two)
    let settings = try settings([], ["SIGNALS_CONTEXT": "plant-2"])
    #expect(settings.url.value == "https://two.example")
    #expect(settings.context?.origin == .variable("SIGNALS_CONTEXT"))
  }

  @Test func aContextThatIsNotThereIsNamed() throws {
    #expect(
      try failure(["--context", "x"])
        == Failure(
          .usage, "--context: no context named 'x'",
          advice: "signals-cli context add x --url URL"))
    try keep(two)
    #expect(
      try failure(["--context", "plant2"])
        == Failure(
          .usage, "--context: no context named 'plant2'",
          advice: "did you mean plant-2? known contexts: plant-1, plant-2"))
    #expect(
      try failure([], ["SIGNALS_CONTEXT": "x"]).message
        == "SIGNALS_CONTEXT: no context named 'x'")
  }

  @Test(arguments: [
    ("", "not valid JSON: line 1, column 1: expected a value (got end of input)"),
    ("[]", "it must be an object (got an array)"),
    (#"{"current": "a", "current": "b"}"#, "current: duplicate field"),
    ("{\"contexts\": {\"a\": {}}}", "contexts.a.url is missing"),
    (
      "{\"contexts\": {\"a\": {\"url\": 1}}}",
      "contexts.a.url must be a string (got 1)"
    ),
    (
      "{\"contexts\": {\"a\": {\"url\": \"x\", \"token\": \"x\"}}}",
      "contexts.a.token: unknown field (expected one of url, cacert, cert, key, token_file, "
        + "timeout, retry)"
    ),
    ("{\"context\": 1}", "context: unknown field (expected one of current, contexts)"),
  ])
  func aFileThatCannotBeUsedSaysWhatIsWrong(_ json: String, _ reason: String) throws {
    try keep(json)
    #expect(
      try failure()
        == Failure(
          .configuration, "invalid context file \(scratch.file("signals/config")): \(reason)"))
    // Not read when no context is needed.
    #expect(try settings(["--url", "http://x"]).url.value == "http://x")
  }

  @Test func aNumberThatIsNoneIsNamed() throws {
    #expect(
      try failure([], ["SIGNALS_TIMEOUT": "soon"])
        == Failure(.usage, #"SIGNALS_TIMEOUT must be a positive number of seconds (got "soon")"#))
    #expect(
      try failure([], ["SIGNALS_RETRY": "-1"])
        == Failure(.usage, #"SIGNALS_RETRY must be an integer from 0 to 100 (got "-1")"#))
    try keep(#"{"current": "a", "contexts": {"a": {"url": "http://x", "timeout": -1}}}"#)
    #expect(
      try failure()
        == Failure(.configuration, "context a: timeout must be a positive number of seconds"))
  }
}
