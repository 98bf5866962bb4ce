import ArgumentParser

/// `signals-cli plot TYPE`
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the newest readings of one type over time.",
    discussion: """
      Amounts are lines, one for each machine with its smallest, mean and largest value; states are \
      bands, errors marks with their codes. It is as wide as the terminal, or 80 columns; in a locale \
      that is not UTF-8 it is drawn in ASCII.
      """)

  @OptionGroup var readings: ReadingOptions

  // Unconditional: a negative number is the server's to refuse, with its reason.
  @Option(
    name: .long, parsing: .unconditional,
    help: .init(
      "How many at most, 1 to 1000, of all machines together; 1000, and 30 states or errors.",
      valueName: "n"))
  var limit: Int?

  @Option(help: .init("Columns to draw in, 40 to 1000.", valueName: "n"))
  var width: Int?

  @Option(help: .init("Lines to draw in, 10 to 1000.", valueName: "n"))
  var height: Int?

  @Option(
    help: .init(
      "Write a picture into this file instead, - for standard output.", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var svg: String?

  @Flag(help: "Show times in UTC.")
  var utc = false

  @OptionGroup var connection: ConnectionOptions

  private static let widths = 40...1000
  private static let heights = 10...1000
  private static let usualWidth = 80
  private static let usualHeight = 24

  func validate() throws {
    guard width.map(Self.widths.contains) ?? true else {
      throw ValidationError("'--width' takes a number of columns from 40 to 1000.")
    }
    guard height.map(Self.heights.contains) ?? true else {
      throw ValidationError("'--height' takes a number of lines from 10 to 1000.")
    }
    guard svg == nil || width == nil && height == nil else {
      throw ValidationError("'--width' and '--height' are for a terminal, not for '--svg'.")
    }
  }

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: false))
    let answer = try api.readings(
      ofType: readings.type, limit: limit ?? usualLimit, machine: readings.machine)
    let content = try answer.content()
    guard !content.isEmpty else {
      if svg != nil {
        throw Failure(.failed, "no readings of \(readings.description) yet, and no picture")
      }
      StandardError.remark("no readings of \(readings.description) yet")
      return
    }
    let chart = Chart(content, ofType: readings.type, times: utc ? .utc : .local)
    let title = chart.title(readings.name, unit: api.unit(ofType: readings.type))
    if let svg {
      try write(chart.svg(title: title), to: svg)
      return
    }
    let medium = Medium.standardOutput
    try StandardOutput.write(
      chart.text(
        title: title, width: width ?? medium.width ?? Self.usualWidth,
        // The line below is the shell's.
        height: height ?? medium.height.map { $0 - 1 } ?? Self.usualHeight, for: medium))
  }

  private func write(_ picture: String, to file: String) throws(Failure) {
    guard file != "-" else { return try StandardOutput.write(picture) }
    do {
      try writeFile(file, Array(picture.utf8))
    } catch {
      throw Failure(.failed, "cannot write \(file): \(error.description)")
    }
  }

  private var usualLimit: Int {
    switch Reading.Kind(ofType: readings.type) {
    case .amount: 1000
    case .state, .error: 30
    }
  }
}
