import ArgumentParser

/// `signals-cli context …`
struct ContextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "context", abstract: "Keep the settings for several servers under names.",
    discussion: """
      They are in $XDG_CONFIG_HOME/signals/config, or ~/.config/signals/config: JSON, for its owner \
      alone, and with the names of tokens' files instead of tokens.
      """,
    subcommands: [ContextList.self, ContextUse.self, ContextAdd.self, ContextRemove.self])
}

/// `signals-cli context list`
struct ContextList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the contexts; the current one has a star.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let file = try ContextFile(environment: environmentVariable)
    switch output.format {
    case .json: try StandardOutput.write(json: ContextListing(file))
    case .table:
      guard !file.contexts.isEmpty else {
        StandardError.remark("there are no contexts yet; 'signals-cli context add' makes one")
        return
      }
      try StandardOutput.write(Table(contexts: file).text(for: .standardOutput))
    }
  }
}

/// `signals-cli context use NAME`
struct ContextUse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Make a context the current one.")

  @Argument(help: "The context's name.", completion: .contexts)
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
    commandName: "add", abstract: "Keep settings under a name.",
    usage: "signals-cli context add <name> --url <url> [<options>]",
    discussion: "The first one becomes the current one.")

  @Argument(help: "The new context's name.")
  var name: String

  @Option(help: .init("Address of the server.", valueName: "url"))
  var url: String

  @Option(
    help: .init("PEM file of the authority that signed its certificate.", valueName: "file"),
    completion: .file())
  var cacert: String?

  @Option(
    help: .init("PEM file of our own certificate.", valueName: "file"), completion: .file())
  var cert: String?

  @Option(
    help: .init("PEM file of its private key.", valueName: "file"), completion: .file())
  var key: String?

  @Option(
    help: .init("File with the token for the producer.", valueName: "file"), completion: .file())
  var tokenFile: String?

  @Option(help: .init("How long a request may take.", valueName: "seconds"))
  var timeout: Double?

  @Option(help: .init("How often to try again.", valueName: "n"))
  var retry: Int?

  @Flag(help: "Make it the current one.")
  var use = false

  func validate() throws {
    guard timeout.map(Settings.isTimeout) ?? true else {
      throw ValidationError("'--timeout' takes a number of seconds above 0.")
    }
    guard retry.map({ Settings.retryCounts.contains($0) }) ?? true else {
      throw ValidationError(
        "'--retry' takes a number from 0 to \(Settings.retryCounts.upperBound).")
    }
  }

  func run() throws {
    guard Context.isName(name) else {
      throw Failure(.usage, "\(Context.nameRule) (got \"\(name)\")")
    }
    var file = try ContextFile(environment: environmentVariable)
    guard file.contexts[name] == nil else {
      throw Failure(
        .failed, "there is a context '\(name)' already",
        advice: "signals-cli context remove \(name)")
    }
    let context = Context(
      url: url, cacert: absolutePath(cacert), cert: absolutePath(cert), key: absolutePath(key),
      tokenFile: absolutePath(tokenFile), timeout: timeout, retry: retry)
    file.contexts[name] = context
    // What cannot be used is refused now, and not when it is needed at night.
    do {
      _ = try Configuration(Settings(context, named: name), needsToken: true)
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
    commandName: "remove", abstract: "Forget a context; the files that it names stay.")

  @Argument(help: "The context's name.", completion: .contexts)
  var name: String

  @OptionGroup var confirmation: ConfirmationOptions

  func run() throws {
    var file = try ContextFile(environment: environmentVariable)
    let context = try file.context(named: name, by: "context remove")
    try confirmation.ask(
      Question("The settings for \(context.url) are forgotten.", "Remove '\(name)'?"))
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
