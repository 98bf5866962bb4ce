import ArgumentParser
import SignalsAPI

/// `signals-cli plot TYPE`
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Plot the newest readings of a signal type over time.",
    discussion: """
      Amounts are drawn as one line per machine, states as bands, errors as marks with their codes. \
      The plot is as wide as the terminal, or 80 columns, and falls back to ASCII if the locale is \
      not UTF-8.
      """)

  @OptionGroup var readings: ReadingOptions

  // Unconditional: the server rejects a negative number, and says why.
  @Option(
    name: .long, parsing: .unconditional,
    help: .init(
      "Maximum number of readings, 1 to 1000. (default: 1000; 30 for states and errors)",
      valueName: "n"))
  var limit: Int?

  @Option(help: .init("Width in columns, 40 to 1000.", valueName: "n"))
  var width: Int?

  @Option(help: .init("Height in lines, 10 to 1000.", valueName: "n"))
  var height: Int?

  @Option(
    help: .init(
      "Write an SVG image to this file; - for standard output.", valueName: "file"),
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
      throw ValidationError("'--width' must be an integer from 40 to 1000.")
    }
    guard height.map(Self.heights.contains) ?? true else {
      throw ValidationError("'--height' must be an integer from 10 to 1000.")
    }
    guard svg == nil || width == nil && height == nil else {
      throw ValidationError("'--width' and '--height' cannot be combined with '--svg'.")
    }
  }

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: false))
    let answer = try api.readings(
      ofType: readings.type, limit: limit ?? usualLimit, machine: readings.machine)
    let content = try answer.content()
    guard !content.isEmpty else {
      if svg != nil {
        throw Failure(.failed, "no readings of \(readings.description) yet, no image written")
      }
      StandardError.remark("no readings of \(readings.description) yet")
      return
    }
    let chart = Chart(content, ofType: readings.type, times: utc ? .utc : .local)
    let title = chart.title(readings.name, unit: api.unit(ofType: readings.type, told: answer.unit))
    if let svg {
      try write(chart.svg(title: title), to: svg)
      return
    }
    let target = OutputTarget.standardOutput
    try StandardOutput.write(
      chart.text(
        title: title, width: width ?? target.width ?? Self.usualWidth,
        // One line is for the prompt.
        height: height ?? target.height.map { $0 - 1 } ?? Self.usualHeight, for: target))
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
