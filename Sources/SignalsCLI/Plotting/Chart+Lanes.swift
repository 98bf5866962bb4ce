import SignalsAPI

/// States and errors, as one lane per machine.
extension Chart {
  /// The most columns for a machine's name, suited to an 80-column terminal.
  private static let widestName = 24

  /// The columns taken by the machines' names.
  func laneMargin(for target: OutputTarget) -> Int {
    (laneNames(for: target).map(\.columns).max() ?? 0) + 1
  }

  private func laneNames(for target: OutputTarget) -> [String] {
    series.map { $0.machine.printable.shortened(to: Self.widestName, for: target) }
  }

  func lanes(width: Int, height: Int, margin least: Int, for target: OutputTarget) -> [String] {
    let margin = max(laneMargin(for: target), least)
    return bands(series, 0, width: width, atMost: max(1, height - 2), margin: least, for: target)
      + timeAxis(margin: margin, columns: max(1, width - margin - 1), for: target)
  }

  /// The lanes without the axis, and a line with the number of omitted ones, if any.
  func bands(width: Int, atMost most: Int, margin: Int, for target: OutputTarget) -> [String] {
    bands(series, omitted, width: width, atMost: most, margin: margin, for: target)
  }

  private func bands(
    _ all: [Series], _ omitted: Int, width: Int, atMost most: Int, margin least: Int,
    for target: OutputTarget
  ) -> [String] {
    let names = laneNames(for: target)
    let margin = max(laneMargin(for: target), least)
    let columns = max(1, width - margin - 1)
    let signs = AxisGlyphs(for: target)
    let shown = min(all.count, all.count + omitted > most ? max(1, most - 1) : most)
    let lines = zip(all.prefix(shown), names).map { series, name in
      var line = PlotLine()
      line.append(name.fitted(to: margin, for: target))
      line.append(String(signs.valueTick), .faint)
      switch kind {
      case .error: appendErrors(of: series, columns, to: &line, for: target)
      case .state, .amount: appendStates(of: series, columns, to: &line, for: target)
      }
      return line.text(for: target)
    }
    return lines + (shown < all.count + omitted ? [more(behind: shown, for: target)] : [])
  }

  /// `and 4 more`
  func more(behind shown: Int, for target: OutputTarget) -> String {
    var line = PlotLine()
    line.append("and \(series.count + omitted - shown) more", .faint)
    return line.text(for: target)
  }

  private func appendStates(
    of series: Series, _ columns: Int, to line: inout PlotLine, for target: OutputTarget
  ) {
    let runs = StateBand(series, over: time, columns: columns).runs
    for (index, run) in runs.enumerated() {
      if index == runs.count - 1, run.cell == .unknown, series.isSilent {
        line.append(Self.silence(run.count), .faint)
        continue
      }
      let sign = StateGlyph(run.cell, for: target)
      let text = String(repeating: sign.character, count: run.count)
      guard let word = sign.word, run.count >= word.count + 4 else {
        line.append(text, sign.style)
        continue
      }
      let before = (run.count - word.count - 2) / 2
      line.append(text.prefix(before) + " \(word) ", sign.style)
      line.append(String(text.dropFirst(before + word.count + 2)), sign.style)
    }
  }

  /// The text for the time after a machine has gone silent.
  private static func silence(_ columns: Int) -> String {
    let word = " silent"
    return columns > word.count ? word : String(repeating: " ", count: columns)
  }

  private func appendErrors(
    of series: Series, _ columns: Int, to line: inout PlotLine, for target: OutputTarget
  ) {
    var marks: [Int: [Double]] = [:]
    for reading in series.readings {
      let column = min(columns - 1, Int(time.position(reading.timestamp) * Double(columns)))
      marks[column, default: []].append(reading.value)
    }
    let signs = ErrorGlyphs(for: target)
    var column = 0
    for mark in marks.keys.sorted() {
      line.append(String(repeating: signs.none, count: mark - column), .faint)
      let codes = marks[mark] ?? []
      line.append(String(codes.count > 1 ? signs.several : signs.one), .bad)
      column = mark + 1
      let next = marks.keys.filter { $0 > mark }.min() ?? columns
      let code = "\(Number(value: codes[0]))"
      // A code follows its mark, if it does not touch the next one.
      if codes.count == 1, column + code.count < next {
        line.append(code, .bad)
        column += code.count
      }
    }
    let end = series.silentSince.map { Int(max(0, time.position($0)) * Double(columns)) }
    let rest = max(0, min(columns, end ?? columns) - column)
    line.append(String(repeating: signs.none, count: rest), .faint)
    if series.isSilent { line.append(Self.silence(columns - column - rest), .faint) }
  }
}

/// The appearance of a state on a terminal.
struct StateGlyph {
  let character: Character
  let style: Style
  let word: String?

  init(_ cell: StateBand.Cell, for target: OutputTarget) {
    let isUnicode = target.isUnicode
    switch cell {
    case .unknown: self.init(" ", .plain)
    case .several: self.init(isUnicode ? "▒" : ":", .plain)
    case .state(1): self.init(isUnicode ? "█" : "#", .good, "working")
    case .state(0): self.init(isUnicode ? "░" : ".", .warning, "stopped")
    case .state(let value): self.init("?", .warning, "\(Number(value: value))")
    }
  }

  private init(_ character: Character, _ style: Style, _ word: String? = nil) {
    self.character = character
    self.style = style
    self.word = word
  }
}

/// The characters for errors on a terminal.
struct ErrorGlyphs {
  let none: Character
  let one: Character
  let several: Character

  init(for target: OutputTarget) {
    (none, one, several) = target.isUnicode ? ("─", "×", "✱") : ("-", "x", "*")
  }
}
