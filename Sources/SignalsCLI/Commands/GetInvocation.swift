import SignalsAPI

/// The arguments of `get`, however they were parsed.
struct GetInvocation: ReadingSelection, Equatable {
  let type: String
  let machine: String?
  /// nil means the server's default.
  let limit: Int?
  let output: ReadingOutput
  let server: ClientSettings.Given
  let isVerbose: Bool

  func run() throws(Failure) {
    var api = try SignalsClient(
      ClientConfiguration(server, isVerbose: isVerbose, needsToken: false))
    let answer = try api.readings(ofType: type, limit: limit, machine: machine)
    try output.show(answer, of: description) { api.unit(ofType: type, told: nil) }
  }
}

extension GetInvocation {
  /// Parses the words as `Get.parse` and ``Get/order()`` do, in a three-hundredth of the instructions.
  ///
  /// Scripts call `get` in loops. Finding a command's options by reflection takes longer than the
  /// command itself, and instantiating its property wrappers as long as decoding JSON.
  /// - Returns: nil when the words are not a ``PlainCommandLine`` or are invalid: `Get.parse` says why.
  init?(plain words: [String]) {
    guard
      var line = PlainCommandLine(
        words, flags: ["--json", "--utc", "--no-pager", "--insecure", "--verbose"]),
      let type = line.argument(), let output = ReadingOutput(&line)
    else { return nil }
    self.type = type
    machine = line.option("--machine")
    limit = line.option("--limit") { Int($0) }
    self.output = output
    server = ClientSettings.Given(&line)
    isVerbose = line.flag("--verbose")
    guard line.isEmpty, isPossible, server.mistake == nil else { return nil }
  }
}

extension ReadingOutput {
  fileprivate init?(_ line: inout PlainCommandLine) {
    let named = line.option("--output") { Format(rawValue: $0) }
    guard let format = Format(named, json: line.flag("--json")) else { return nil }
    self.init(
      format: format, fields: line.option("--fields") { try? ReadingField.list($0) },
      times: line.flag("--utc") ? .utc : .local, isPaged: !line.flag("--no-pager"))
  }
}

extension ClientSettings.Given {
  fileprivate init(_ line: inout PlainCommandLine) {
    url = line.option("--url")
    context = line.option("--context")
    cacert = line.option("--cacert")
    cert = line.option("--cert")
    key = line.option("--key")
    insecure = line.flag("--insecure")
    tokenFile = line.option("--token-file")
    retry = line.option("--retry") { Int($0) }
    timeout = line.option("--timeout") { Double($0) }
  }
}
