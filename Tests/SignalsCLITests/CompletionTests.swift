import FoundationEssentials
import TestSupport
import Testing

@testable import SignalsCLI

/// Completions in real shells on a terminal, with Tab and Enter as input; the requests show what the shell
/// completed.
@Suite struct CompletionTests {
  /// A home directory with the completion scripts and a context.
  private func home(context url: String) throws -> TemporaryDirectory {
    let home = try TemporaryDirectory()
    let program = ChildProcess.product("signals-cli")
    func script(_ shell: String) throws -> String {
      try ChildProcess.output(of: program, ["--generate-completion-script", shell])
    }
    for directory in ["functions", ".config/fish/completions", ".config/signals"] {
      try home.makeDirectory(directory)
    }
    try home.write("PS1='$ '\nsource ~/signals-cli.bash\n", to: ".bashrc")
    try home.write(
      "PS1='$ '\nfpath=(~/functions $fpath)\nautoload -Uz compinit; compinit -u -D\n",
      to: ".zshrc")
    try home.write(try script("bash"), to: "signals-cli.bash")
    try home.write(try script("zsh"), to: "functions/_signals-cli")
    try home.write(try script("fish"), to: ".config/fish/completions/signals-cli.fish")
    try home.write(
      #"{"contexts":{"plant-2":{"url":"\#(url)"}}}"#, to: ".config/signals/config")
    return home
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func aShellKnowsTypesMachinesAndContexts(_ shell: String) throws {
    let server = try CannedResponses.server()
    let other = try CannedResponses.server()
    let home = try home(context: other.url)
    let program = ChildProcess.product("signals-cli")
    let directory = program.split(separator: "/").dropLast()
    let outcome = try ChildProcess.run(
      "script", ["--quiet", "--return", "--command", "\(shell) -i", "/dev/null"],
      environment: signalsEnvironment(server.url).merging([
        "HOME": home.path, "ZDOTDIR": home.path, "XDG_CONFIG_HOME": home.file(".config"),
        "XDG_DATA_HOME": home.path, "TERM": "xterm",
        "PATH": "/\(directory.joined(separator: "/")):/usr/bin:/bin:/usr/sbin:/sbin",
      ]) { $1 },
      input: """
        signals-cli get pow\t--limit 7
        signals-cli check fresh power --machine machine-12\t-v
        signals-cli health --context pl\t
        exit

        """)
    let asked = server.requests.map(\.target)
    #expect(asked.contains("/signals/power?limit=7"), "\(asked) \(outcome.output)")
    #expect(asked.contains("/signals/power?limit=1&machine=machine-12"), "\(asked)")
    #expect(other.requests.map(\.target) == ["/health"])
  }

  /// Names with shell syntax from a server, a context file and the file system are not offered, or are
  /// quoted, and nothing is executed.
  @Test(arguments: ["bash", "zsh", "fish"])
  func noShellExecutesWhatItIsOffered(_ shell: String) throws {
    let hostile = ["$(touch pwned-1)", "`touch pwned-2`", "x;touch pwned-3", "(touch pwned-4)"]
    @Sendable func list(_ item: (String) -> String) -> String {
      hostile.map(item).joined(separator: ",")
    }
    let server = try HTTPServerDouble { request in
      request.target == "/signals"
        ? .body("[\(list { #"{"name":"t\#($0)","unit":"1","description":""}"# })]")
        : .body(
          "["
            + list {
              #"{"id":1,"signal_type":"power","value":1,"timestamp":"2026-11-24T10:00:00Z","#
                + #""machine":"m\#($0)"}"#
            } + "]")
    }
    let home = try home(context: server.url)
    try home.write(
      "{\"contexts\":{\(list { #""c\#($0)":{"url":"http://127.0.0.1:1"}"# })}}",
      to: ".config/signals/config")
    try home.makeDirectory("work")
    for name in hostile { try home.write("", to: "work/f\(name)") }
    let typed = hostile.map { name in
      """
      signals-cli get t\t
      signals-cli get power --machine m\t
      signals-cli health --context c\t
      signals-cli token inspect f\(name.hasPrefix("x") ? "x" : "\\\(name.prefix(1))")\t

      """
    }.joined()
    let program = ChildProcess.product("signals-cli")
    let directory = program.split(separator: "/").dropLast()
    let outcome = try ChildProcess.run(
      "script", ["--quiet", "--return", "--command", "\(shell) -i", "/dev/null"],
      environment: signalsEnvironment(server.url).merging([
        "HOME": home.path, "ZDOTDIR": home.path, "XDG_CONFIG_HOME": home.file(".config"),
        "XDG_DATA_HOME": home.path, "TERM": "xterm",
        "PATH": "/\(directory.joined(separator: "/")):/usr/bin:/bin:/usr/sbin:/sbin",
      ]) { $1 },
      directory: home.file("work"), input: typed + "echo the end\nexit\n")
    #expect(outcome.output.contains("the end"))
    #expect((1...4).allSatisfy { !home.has("work/pwned-\($0)") }, "\(outcome.output)")
    // The name was completed, and the file is not a token.
    #expect(outcome.output.contains("not a token"), "\(outcome.output)")
  }

  /// The completion request of a shell.
  private func complete(
    _ command: String, _ argument: String, _ words: [String], url: String?,
    environment: [String: String?] = [:]
  ) throws -> ChildProcess.Outcome {
    try signals(
      ["---completion"] + command.split(separator: " ").map(String.init) + ["--", argument]
        + ["\(words.count - 1)", "\(words.last?.count ?? 0)"] + words,
      url: url, environment: environment)
  }

  @Test func typesComeFromTheServerThatTheWordsName() throws {
    let server = try CannedResponses.server()
    let outcome = try complete(
      "get", "positional@0", ["signals-cli", "get", "--url", server.url, "p"], url: nil)
    #expect(outcome.output == "error\npower\n")
    let host = try complete(
      "check fresh", "positional@0",
      ["signals-cli", "check", "fresh", "-H", "nobody.invalid", "p"],
      url: server.url)
    #expect(host.output == "")
  }

  @Test func machinesAreThoseOfTheReadings() throws {
    let server = try CannedResponses.server()
    let outcome = try complete(
      "get", "--machine", ["signals-cli", "get", "power", "--machine", "m"], url: server.url)
    #expect(outcome.output == "machine-1\nmachine-12\n")
  }

  @Test func namesThatAShellActsOnAreNotOffered() throws {
    let server = try CannedResponses.server(
      .body(
        """
        [{"name":"$(reboot)","unit":"1","description":""},{"name":"a b","unit":"1",\
        "description":""},{"name":"--insecure","unit":"1",\
        "description":""},{"name":"fine_1","unit":"1","description":""}]
        """))
    let outcome = try complete(
      "get", "positional@0", ["signals-cli", "get", ""], url: server.url)
    #expect(outcome.output == "fine_1\n")
  }

  @Test(arguments: [HTTPServerDouble.Answer.hanging(), .closing("nonsense"), .body("[]")])
  func whoCannotBeAskedIsNoComplaint(_ answer: HTTPServerDouble.Answer) throws {
    let server = try CannedResponses.server(answer)
    let outcome = try complete(
      "get", "positional@0", ["signals-cli", "get", ""], url: server.url)
    #expect(outcome.output == "" && outcome.errors == "")
  }

  @Test func aBrokenFileOfContextsIsNoComplaint() throws {
    let directory = try TemporaryDirectory()
    try directory.makeDirectory("signals")
    try directory.write("nonsense", to: "signals/config")
    let outcome = try complete(
      "get", "--context", ["signals-cli", "get", "--context", ""], url: nil,
      environment: ["XDG_CONFIG_HOME": directory.path])
    #expect(outcome.output == "" && outcome.errors == "")
  }

  @Test func nothingIsSaidWhereAShellAsksInAnotherWay() throws {
    let outcome = try signals(["---completion", "get", "--"], url: nil)
    #expect(outcome.output == "" && outcome.errors == "")
  }
}
