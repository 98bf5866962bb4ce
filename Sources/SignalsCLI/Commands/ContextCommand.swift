import ArgumentParser

/// `signals-cli context …`
struct ContextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "context", abstract: "Manage contexts, named settings for several servers.",
    discussion: """
      Contexts are stored in $XDG_CONFIG_HOME/signals/config or ~/.config/signals/config, a JSON \
      file that only its owner can read. It holds the paths of token files, never tokens.
      """,
    subcommands: [ContextList.self, ContextUse.self, ContextAdd.self, ContextRemove.self])
}

/// `signals-cli context list`
struct ContextList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List contexts; * marks the current one.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let file = try ContextFile(environment: environmentVariable)
    switch output.format {
    case .json: try StandardOutput.write(json: ContextListing(file))
    case .table:
      guard !file.contexts.isEmpty else {
        StandardError.remark("no contexts; 'signals-cli context add' creates one")
        return
      }
      try StandardOutput.write(Table(contexts: file).text(for: .standardOutput))
    }
  }
}

/// `signals-cli context use NAME`
struct ContextUse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Set the current context.")

  @Argument(help: "Name of the context.", completion: .contexts)
  var name: String

  func run() throws {
    var file = try ContextFile(environment: environmentVariable)
    _ = try file.context(named: name, by: "context use")
    let before = file.current
    file.current = name
    if before != name { try file.write() }
    try StandardOutput.write(changed("current", from: before ?? "none", to: name))
  }
}

/// `signals-cli context add NAME --url URL`
struct ContextAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a context.",
    usage: "signals-cli context add <name> --url <url> [<options>]",
    discussion: "The first context becomes the current one.")

  @Argument(help: "Name of the new context.")
  var name: String

  @Option(help: .init("Server URL.", valueName: "url"))
  var url: String

  @Option(
    help: .init("PEM file with the CA certificates to trust.", valueName: "file"),
    completion: .file())
  var cacert: String?

  @Option(
    help: .init("PEM file with the client certificate.", valueName: "file"), completion: .file())
  var cert: String?

  @Option(
    help: .init("PEM file with the private key of --cert.", valueName: "file"), completion: .file())
  var key: String?

  @Option(
    help: .init("File with the bearer token.", valueName: "file"), completion: .file())
  var tokenFile: String?

  @Option(help: .init("Timeout of a request, retries included.", valueName: "seconds"))
  var timeout: Double?

  @Option(help: .init("Maximum number of retries.", valueName: "n"))
  var retry: Int?

  @Flag(help: "Make it the current context.")
  var use = false

  func validate() throws {
    guard timeout.map(ClientSettings.isTimeout) ?? true else {
      throw ValidationError("'--timeout' must be a positive number of seconds.")
    }
    guard retry.map({ ClientSettings.retryCounts.contains($0) }) ?? true else {
      throw ValidationError(
        "'--retry' must be an integer from 0 to \(ClientSettings.retryCounts.upperBound).")
    }
  }

  func run() throws {
    guard Context.isName(name) else {
      throw Failure(.usage, "\(Context.nameRule) (got \"\(name)\")")
    }
    var file = try ContextFile(environment: environmentVariable)
    guard file.contexts[name] == nil else {
      throw Failure(
        .failed, "context '\(name)' already exists", advice: "signals-cli context remove \(name)")
    }
    let context = Context(
      url: url, cacert: absolutePath(cacert), cert: absolutePath(cert), key: absolutePath(key),
      tokenFile: absolutePath(tokenFile), timeout: timeout, retry: retry)
    file.contexts[name] = context
    // Invalid settings are rejected now, not when they are first needed.
    do {
      _ = try ClientConfiguration(ClientSettings(context, named: name), needsToken: true)
    } catch {
      throw Failure(.usage, error.message, advice: nil)
    }
    let isFirst = file.contexts.count == 1
    if use || isFirst { file.current = name }
    try file.write()
    try StandardOutput.write(
      "added    \(name.printable)  \(url.printable)\n"
        + (use || isFirst ? "current  \(name.printable)\n" : ""))
  }
}

/// `signals-cli context remove NAME`
struct ContextRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a context; the files it refers to are kept.")

  @Argument(help: "Name of the context.", completion: .contexts)
  var name: String

  @OptionGroup var confirmation: ConfirmationOptions

  func run() throws {
    var file = try ContextFile(environment: environmentVariable)
    let context = try file.context(named: name, by: "context remove")
    try confirmation.ask(
      Confirmation("the settings for \(context.url) will be deleted", "Remove '\(name)'?"))
    file.contexts[name] = nil
    let wasCurrent = file.current == name
    if wasCurrent { file.current = nil }
    try file.write()
    try StandardOutput.write(
      "removed  \(name.printable)\n" + (wasCurrent ? "current  \(name.printable) → none\n" : ""))
  }
}

private func changed(_ what: String, from before: String, to after: String) -> String {
  "\(what)  "
    + (before == after
      ? "\(after.printable), as before\n" : "\(before.printable) → \(after.printable)\n")
}
