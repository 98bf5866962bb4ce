import ArgumentParser

/// `signals-cli machines`
struct Machines: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machines", abstract: "List machines with their state and newest values.",
    usage: "signals-cli machines [<options>]",
    discussion: """
      A machine without a reading for 10 seconds is silent; SILENT_AFTER of the server sets the time. \
      CSV has a line for each machine and type.
      """)

  // Unconditional: the server rejects a negative number, and says why.
  @Option(
    parsing: .unconditional,
    help: .init("Maximum number of machines, 1 to 1000. (default: 100)", valueName: "n"))
  var limit: Int?

  @Flag(help: "List all machines.")
  var all = false

  @Option(name: .customLong("output"), help: .init("Output format.", valueName: "format"))
  var namedFormat: MachineOutput.Format?

  @Flag(help: "Shorthand for --output json.")
  var json = false

  @Flag(help: "Show table times in UTC; other formats always use UTC.")
  var utc = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if json, let namedFormat, namedFormat != .json {
      throw ValidationError("'--json' cannot be combined with '--output \(namedFormat.rawValue)'.")
    }
    if all, limit != nil { throw ValidationError("'--all' cannot be combined with '--limit'.") }
  }

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: false))
    let output = MachineOutput(
      format: json ? .json : namedFormat ?? .table, times: utc ? .utc : .local)
    let first = try api.machines(limit: limit)
    guard all || output.format == .table else { return try output.show([first]) }
    var pages = [first]
    var asked: Set<String> = []
    while all, let next = pages[pages.count - 1].response.nextPage {
      guard asked.insert(next).inserted else {
        throw Failure(.failed, "the server's links between pages form a loop")
      }
      pages.append(try api.machines(page: next))
    }
    guard output.format == .table else { return try output.show(pages) }
    try output.showTable(pages) { OutputTarget.standardOutput.isTerminal ? api.units() : [:] }
    if !all, first.response.nextPage != nil {
      StandardError.remark("more machines exist; '--all' lists them")
    }
  }
}

extension MachineOutput.Format: ExpressibleByArgument {}
