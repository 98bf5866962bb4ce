/// What `get` is to do, however its words were read.
struct GetOrder: ReadingSelection, Equatable {
  let type: String
  let machine: String?
  /// nil leaves it to the server.
  let limit: Int?
  let output: ReadingOutput
  let server: Settings.Given
  let isVerbose: Bool

  func run() throws(Failure) {
    var api = try SignalsAPI(Configuration(server, isVerbose: isVerbose, needsToken: false))
    let answer = try api.readings(ofType: type, limit: limit, machine: machine)
    try output.show(answer, of: description) { api.unit(ofType: type) }
  }
}

extension GetOrder {
  /// The same as ``Get/order()`` after `Get.parse` of these words, for a three-hundredth of the
  /// instructions.
  ///
  /// Scripts call `get` again and again. To find a command's options by reflection takes longer than
  /// all that it does then, and to make the types of its property wrappers as long as to decode JSON.
  /// - Returns: nil for what is not a ``PlainLine``, and for any mistake: `Get.parse` says which.
  init?(plain words: [String]) {
    guard
      var line = PlainLine(
        words, flags: ["--json", "--utc", "--no-pager", "--insecure", "--verbose"]),
      let type = line.argument(), let output = ReadingOutput(&line)
    else { return nil }
    self.type = type
    machine = line.option("--machine")
    limit = line.option("--limit") { Int($0) }
    self.output = output
    server = Settings.Given(&line)
    isVerbose = line.flag("--verbose")
    guard line.isEmpty, isPossible, server.mistake == nil else { return nil }
  }
}

extension ReadingOutput {
  fileprivate init?(_ line: inout PlainLine) {
    let named = line.option("--output") { Format(rawValue: $0) }
    guard let format = Format(named, json: line.flag("--json")) else { return nil }
    self.init(
      format: format, fields: line.option("--fields") { try? ReadingField.list($0) },
      times: line.flag("--utc") ? .utc : .local, isPaged: !line.flag("--no-pager"))
  }
}

extension Settings.Given {
  fileprivate init(_ line: inout PlainLine) {
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
