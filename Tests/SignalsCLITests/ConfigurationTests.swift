import ArgumentParser
import SignalsAPI
import TestSupport
import Testing

@testable import SignalsCLI

@Suite struct ConfigurationTests {
  private func configuration(
    _ arguments: [String] = [], _ environment: [String: String] = [:], needsToken: Bool = true
  ) throws -> ClientConfiguration {
    let given = try ConnectionOptions.parse(arguments).given
    let settings = try ClientSettings(given) { environment[$0] }
    return try ClientConfiguration(settings, needsToken: needsToken) { environment[$0] }
  }

  private func failure(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws
    -> Failure
  {
    try #require(throws: Failure.self) { try configuration(arguments, environment) }
  }

  @Test func withoutAnythingItIsTheDevelopmentServer() throws {
    let configuration = try configuration()
    #expect("\(configuration.base)" == "http://127.0.0.1:8080/")
    #expect(configuration.timeout == .seconds(10))
    #expect(configuration.authorityFile == nil)
    #expect(configuration.token == nil)
  }

  @Test func theEnvironmentIsRead() throws {
    let configuration = try configuration(
      [],
      [
        "SIGNALS_URL": "https://plant.example/api", "SIGNALS_CACERT": "ca.pem",
        "SIGNALS_TOKEN": "secret",
      ])
    #expect("\(configuration.base)" == "https://plant.example/api")
    #expect(configuration.authorityFile == "ca.pem")
    #expect(configuration.token == "secret")
  }

  @Test func optionsWinOverTheEnvironment() throws {
    let scratch = try TemporaryDirectory()
    let file = try scratch.write(" from-the-file\r\n", to: "token")
    let configuration = try configuration(
      [
        "--url", "http://localhost:1", "--cacert", "a.pem", "--token-file", file, "--timeout",
        "0.5",
      ],
      ["SIGNALS_URL": "not a URL", "SIGNALS_CACERT": "b.pem", "SIGNALS_TOKEN": "from the variable"])
    #expect("\(configuration.base)" == "http://localhost:1/")
    #expect(configuration.authorityFile == "a.pem")
    #expect(configuration.token == "from-the-file")
    #expect(configuration.timeout == .milliseconds(500))
  }

  @Test func aTokenThatIsNotNeededIsLeftOutWhereItCannotBeReadOrSent() throws {
    func token(_ arguments: [String]) throws -> String? {
      try configuration(arguments, ["SIGNALS_TOKEN": "secret"], needsToken: false).token
    }
    #expect(try token(["--token-file", "/nonexistent"]) == nil)
    #expect(try token(["--url", "http://plant.example"]) == nil)
    #expect(try token(["--url", "https://plant.example"]) == "secret")
  }

  @Test(arguments: ["", " \n", "two words", "a\nb", "tab\tbed", "pässword", "\u{1b}[31m"])
  func whatIsNoTokenIsRefusedUnsent(_ token: String) throws {
    let failure = try failure([], ["SIGNALS_TOKEN": token])
    #expect(failure.status == .usage)
    #expect(failure.message.hasPrefix("SIGNALS_TOKEN contains "))
    #expect(token.isEmpty || !failure.message.contains(token))
  }

  @Test func aTokenFileHasABound() throws {
    #expect(
      try failure(["--token-file", "/dev/zero"])
        == Failure(.usage, "cannot read --token-file /dev/zero: File too large"))
  }

  @Test func aTokenNeverGoesThroughANetworkInTheClear() throws {
    let token = ["SIGNALS_TOKEN": "secret"]
    #expect(
      try failure(["--url", "http://plant.example:8080"], token)
        == Failure(
          .usage, "refusing to send the token to plant.example unencrypted", advice: "an https URL")
    )
    #expect(try configuration(["--url", "https://plant.example"], token).token == "secret")
    #expect(try configuration(["--url", "http://[::1]:8080"], token).token == "secret")
    #expect(try configuration(["--url", "http://plant.example"]).token == nil)
  }

  @Test(arguments: ["", "plant", "localhost:8080", "ftp://plant", "http://", "http://u:pw@plant"])
  func anAddressIsHTTPOrHTTPS(_ url: String) throws {
    let failure = try failure(["--url", url])
    #expect(failure.status == .usage)
    #expect(failure.message.hasPrefix("--url must be an http or https URL: "))
    #expect(failure.advice == "--url http://127.0.0.1:8080")
    #expect(!failure.message.contains("pw"))
  }

  @Test func anAddressOfTheEnvironmentIsCheckedToo() throws {
    let failure = try failure([], ["SIGNALS_URL": "plant"])
    #expect(failure.message.hasPrefix("SIGNALS_URL must be an http or https URL: "))
    #expect(failure.advice == "SIGNALS_URL=http://127.0.0.1:8080")
  }

  @Test func anAddressHasNoQuery() throws {
    #expect(
      try failure(["--url", "http://a/?b=1"])
        == Failure(.usage, #"--url must not have a query (got "http://a/?b=1")"#))
  }

  @Test(arguments: [
    ("1-5", 1, 5), ("0.5-2.5", 0.5, 2.5), ("7-7", 7, 7), ("9-3", 9, 3),
  ])
  func aRangeOfSecondsIsRead(_ text: String, min: Double, max: Double) {
    #expect(API.SecondsRange(argument: text) == API.SecondsRange(min: min, max: max))
  }

  @Test(arguments: ["", "5", "-", "1-", "-5", "1-2-3", "a-b", "1-inf", "nan-1", "1 - 5"])
  func anythingElseIsNoRange(_ text: String) {
    #expect(API.SecondsRange(argument: text) == nil)
  }
}
