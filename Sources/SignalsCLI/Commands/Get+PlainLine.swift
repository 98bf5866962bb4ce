import ArgumentParser

extension Get {
  /// The same command as `Get.parse` makes of these words, for an eighth of the instructions.
  ///
  /// Scripts call `get` again and again, and to find a command's options by reflection takes longer
  /// than all that it does then.
  /// - Returns: nil for what is not a ``PlainLine``, and for any mistake: `Get.parse` says which.
  init?(plain words: [String]) {
    guard
      var line = PlainLine(
        words, flags: ["--json", "--utc", "--no-pager", "--insecure", "--verbose"]),
      let readings = ReadingOptions(&line)
    else { return nil }
    self.init()
    limit = line.option("--limit") { Int($0) }
    self.readings = readings
    output = ReadingOutputOptions(&line)
    connection = ConnectionOptions(&line)
    guard line.isEmpty, (try? validateAll()) != nil else { return nil }
  }

  private mutating func validateAll() throws {
    try readings.validate()
    try output.validate()
    try connection.server.validate()
    try connection.validate()
    try validate()
  }
}

// Every property is set: one that is not has no value, and reading it is a trap.

extension ReadingOptions {
  fileprivate init?(_ line: inout PlainLine) {
    guard let type = line.argument() else { return nil }
    self.init()
    self.type = type
    machine = line.option("--machine")
  }
}

extension ReadingOutputOptions {
  fileprivate init(_ line: inout PlainLine) {
    self.init()
    format = line.option("--output") { ReadingOutput.Format(rawValue: $0) }
    json = line.flag("--json")
    fields = line.option("--fields")
    utc = line.flag("--utc")
    noPager = line.flag("--no-pager")
  }
}

extension ConnectionOptions {
  fileprivate init(_ line: inout PlainLine) {
    self.init()
    server = ServerOptions(&line)
    timeout = line.option("--timeout") { Double($0) }
    verbose = line.flag("--verbose")
  }
}

extension ServerOptions {
  fileprivate init(_ line: inout PlainLine) {
    self.init()
    url = line.option("--url")
    context = line.option("--context")
    cacert = line.option("--cacert")
    cert = line.option("--cert")
    key = line.option("--key")
    insecure = line.flag("--insecure")
    tokenFile = line.option("--token-file")
    retry = line.option("--retry") { Int($0) }
  }
}
