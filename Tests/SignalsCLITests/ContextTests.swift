import Foundation
import TestSupport
import Testing

/// The built program and the context file.
@Suite struct ContextTests {
  private let scratch: TemporaryDirectory

  init() throws { scratch = try TemporaryDirectory() }

  private func run(_ arguments: [String], _ environment: [String: String?] = [:]) throws
    -> ChildProcess.Outcome
  {
    let home: [String: String?] = ["XDG_CONFIG_HOME": scratch.path]
    return try signals(arguments, environment: home.merging(environment) { $1 })
  }

  private var file: String { scratch.file("signals/config") }

  @Test func aContextIsAddedUsedAndForgotten() throws {
    try scratch.write("secret-of-plant-2\n", to: "token")
    let first = try run([
      "context", "add", "plant-2", "--url", "https://two.example", "--token-file",
      scratch.file("token"), "--retry", "2",
    ])
    #expect(first.output == "added    plant-2  https://two.example\ncurrent  plant-2\n")
    #expect(first.errors == "")
    let second = try run(["context", "add", "plant-3", "--url", "http://127.0.0.1:1"])
    #expect(second.output == "added    plant-3  http://127.0.0.1:1\n")
    #expect(
      String(decoding: try scratch.read("signals/config"), as: UTF8.self) == """
        {
          "contexts" : {
            "plant-2" : {
              "retry" : 2,
              "token_file" : "\(scratch.file("token"))",
              "url" : "https://two.example"
            },
            "plant-3" : {
              "url" : "http://127.0.0.1:1"
            }
          },
          "current" : "plant-2"
        }

        """)
    #expect(try run(["context", "use", "plant-3"]).output == "current  plant-2 → plant-3\n")
    #expect(
      try run(["context", "list"]).output == """
           context  url                  token file
           plant-2  https://two.example  \(scratch.file("token"))
        *  plant-3  http://127.0.0.1:1

        """)
    let gone = try run(["context", "remove", "plant-3", "--yes"])
    #expect(gone.output == "removed  plant-3\ncurrent  plant-3 → none\n")
    #expect(
      try run(["context", "list", "--json"]).output
        == #"{"contexts":{"plant-2":{"retry":2,"token_file":"\#(scratch.file("token"))","#
        + #""url":"https://two.example"}}}"# + "\n")
  }

  @Test func theFileIsItsOwnersAlone() throws {
    _ = try run(["context", "add", "a", "--url", "http://a"])
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    // No temporary file is left.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.file("signals")) == ["config"])
  }

  @Test func aLinkStaysALink() throws {
    try scratch.makeDirectory("signals")
    try scratch.write("{}", to: "elsewhere")
    try FileManager.default.createSymbolicLink(
      atPath: file, withDestinationPath: scratch.file("elsewhere"))
    _ = try run(["context", "add", "a", "--url", "http://a"])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: file) == scratch.file("elsewhere"))
    #expect(String(decoding: try scratch.read("elsewhere"), as: UTF8.self).contains("http://a"))
  }

  @Test func anExistingContextIsNotOverwritten() throws {
    _ = try run(["context", "add", "a", "--url", "http://a"])
    let outcome = try run(["context", "add", "a", "--url", "http://b"])
    #expect(
      outcome.errors == """
        signals-cli: context 'a' already exists
          try: signals-cli context remove a

        """)
    #expect(outcome.status == 1)
  }

  @Test(arguments: [
    ["--url", "nonsense:1"], ["--url", "http://a", "--token-file", "/nonexistent"],
    ["--url", "http://a", "--timeout", "0"], [],
  ])
  func whatCannotBeUsedIsNotKept(_ arguments: [String]) throws {
    let outcome = try run(["context", "add", "a"] + arguments)
    #expect(outcome.errors.hasPrefix("signals-cli: "))
    #expect(outcome.status == 64)
    #expect(!scratch.has("signals/config"))
  }

  @Test(arguments: [
    "$(reboot)", "`reboot`", "a b", "süd", "", "a;b", String(repeating: "x", count: 65),
  ])
  func aNameThatAShellActsOnIsRefused(_ name: String) throws {
    let rule =
      "context name must be 1 to 64 characters of A-Z a-z 0-9 . _ - and not start with a hyphen"
    let outcome = try run(["context", "add", name, "--url", "http://a"])
    #expect(outcome.errors == "signals-cli: \(rule) (got \"\(name)\")\n")
    #expect(outcome.status == 64)
    try scratch.makeDirectory("signals")
    for content in [
      #"{"contexts":{"fine":{"url":"http://a"},"\#(name)":{"url":"http://a"}}}"#,
      #"{"current":"\#(name)"}"#,
    ] {
      try scratch.write(content, to: "signals/config")
      for arguments in [
        ["context", "list"], ["types", "--context", "fine"], ["context", "use", "b"],
      ] {
        let outcome = try run(arguments)
        #expect(
          outcome.errors
            == "signals-cli: invalid context file \(file): \(rule) (got \"\(name)\")\n")
        #expect(outcome.status == 78)
      }
    }
    #expect(try run(["context", "add", "Plant-2.line_3", "--url", "http://a"]).status == 78)
  }

  @Test func aContextIsNotForgottenUnasked() throws {
    _ = try run(["context", "add", "a", "--url", "http://a"])
    let outcome = try run(["context", "remove", "a"])
    #expect(
      outcome.errors == """
        signals-cli: not a terminal, cannot confirm: the settings for http://a will be deleted
          try: --yes to confirm

        """)
    #expect(outcome.status == 64)
    #expect(try run(["context", "list"]).output.contains("http://a"))
  }

  @Test func aContextLeadsToItsServer() throws {
    let server = try CannedResponses.producerServer()
    try scratch.write(CannedResponses.token, to: "token")
    _ = try run([
      "context", "add", "here", "--url", server.url, "--token-file", scratch.file("token"),
    ])
    #expect(try run(["producer", "status", "--json"]).output == CannedResponses.producer() + "\n")
    let named = try run(
      ["producer", "status", "--context", "here"], ["SIGNALS_URL": "http://nobody.invalid"])
    #expect(named.status == 0)
  }

  @Test func configSaysWhereEachSettingCameFrom() throws {
    _ = try run(["context", "add", "plant-2", "--url", "https://two.example"])
    let outcome = try run(
      ["config", "--timeout", "2.5"], ["SIGNALS_CACERT": "/ca.pem", "SIGNALS_TOKEN": "secret"])
    #expect(
      outcome.output == """
        setting   value                from
        context   plant-2              default
        url       https://two.example  context plant-2
        cacert    /ca.pem              SIGNALS_CACERT
        cert      none                 default
        key       none                 default
        token     set                  SIGNALS_TOKEN
        timeout   2.5 s                --timeout
        retry     0                    default
        insecure  no                   default

        """)
    let json = try run(["config", "--json", "--insecure"])
    #expect(json.output.hasPrefix(#"{"settings":[{"from":"default","name":"context","value":"#))
    #expect(json.output.contains(#"{"from":"--insecure","name":"insecure","value":"yes"}"#))
  }
}
