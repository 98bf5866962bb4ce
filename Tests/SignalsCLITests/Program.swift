import TestSupport

/// Runs the built program against a server of the test.
///
/// URL, token, time zone and proxies of the tester's environment are removed.
func signals(
  _ arguments: [String], url: String? = nil, environment: [String: String?] = [:]
) throws -> ChildProcess.Outcome {
  try ChildProcess.run(
    ChildProcess.product("signals-cli"), arguments,
    environment: signalsEnvironment(url).merging(environment) { $1 })
}

/// Runs the program on a terminal; both outputs in one.
func signalsInTerminal(
  _ arguments: String, url: String, width: Int = 80, height: Int = 24,
  environment: [String: String?] = [:]
) throws -> (status: Int32, output: String) {
  let program = ChildProcess.product("signals-cli")
  let command = "stty cols \(width) rows \(height); '\(program)' \(arguments)"
  let outcome = try ChildProcess.run(
    "script", ["--quiet", "--return", "--command", command, "/dev/null"],
    environment: signalsEnvironment(url).merging(["TERM": "xterm"]) { $1 }
      .merging(environment) { $1 })
  return (outcome.status, outcome.output.replacing("\r\n", with: "\n"))
}

/// Runs a shell script in which `$1` is the program.
func shell(
  _ script: String, url: String, environment: [String: String?] = [:]
) throws -> ChildProcess.Outcome {
  try ChildProcess.run(
    "sh", ["-c", script, "sh", ChildProcess.product("signals-cli")],
    environment: signalsEnvironment(url).merging(environment) { $1 })
}

func signalsEnvironment(_ url: String?) -> [String: String?] {
  [
    "SIGNALS_URL": url, "SIGNALS_CACERT": nil, "SIGNALS_TOKEN": nil, "SIGNALS_TOKEN_FILE": nil,
    "SIGNALS_CERT": nil, "SIGNALS_KEY": nil, "SIGNALS_CONTEXT": nil, "SIGNALS_TIMEOUT": nil,
    "SIGNALS_RETRY": nil, "XDG_CONFIG_HOME": "/nonexistent", "NO_COLOR": nil,
    "CLICOLOR_FORCE": nil, "COLORTERM": nil, "PAGER": nil, "LESS": nil, "LC_CTYPE": nil,
    // POSIX form: needs no time zone database. An hour east of UTC.
    "TZ": "XYZ-1", "http_proxy": nil, "https_proxy": nil, "no_proxy": nil, "LC_ALL": "C.UTF-8",
  ]
}
