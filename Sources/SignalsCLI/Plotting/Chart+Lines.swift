import SignalsAPI

extension Chart {
  /// The minimum height of a plot of amounts.
  static let leastHeight = 4

  /// The lines of the plot with its axes, without line ends, at most `width` columns wide.
  ///
  /// - Parameter height: Lines including the time axis; states and errors take one line per machine and no
  ///   more.
  /// - Parameter margin: Minimum columns left of the axis, to align stacked charts.
  func lines(width: Int, height: Int, margin: Int = 0, for target: OutputTarget) -> [String] {
    switch kind {
    case .amount: curves(width: width, height: height, margin: margin, for: target)
    case .state, .error: lanes(width: width, height: height, margin: margin, for: target)
    }
  }

  private func curves(
    width: Int, height: Int, margin least: Int, for target: OutputTarget
  ) -> [String] {
    let rows = max(Self.leastHeight, height) - 2
    let scale = ValueScale(holding: values, steps: max(1, (rows - 1) / 3))
    let labels = scale.ticks.map(scale.label)
    let margin = max(labels.map(\.columns).max() ?? 0, least - 1)
    var canvas = Canvas(
      columns: max(1, width - margin - 2), rows: rows,
      dots: isDrawnWithMarks(on: target) ? .marks(Self.marks) : .braille)
    draw(scale, on: &canvas)
    var names: [Int: String] = [:]
    for (tick, label) in zip(scale.ticks, labels) {
      names[canvas.row(ofDot: canvas.y(of: tick, scale))] = label
    }
    let signs = AxisGlyphs(for: target)
    let body = (0..<rows).map { row in
      var line = PlotLine()
      let name = names[row] ?? ""
      line.append(String(repeating: " ", count: margin - name.columns) + name + " ", .faint)
      line.append(String(names[row] == nil ? signs.vertical : signs.valueTick), .faint)
      for (character, owner) in canvas[row: row] {
        line.append(String(character), owner.map { Style.ofLines[$0] } ?? .plain)
      }
      return line.text(for: target)
    }
    return body + timeAxis(margin: margin + 1, columns: canvas.columns, for: target)
  }

  private func draw(_ scale: ValueScale, on canvas: inout Canvas) {
    for (index, series) in series.enumerated() {
      for stretch in series.stretches {
        let points = stretch.map { reading in
          (x: canvas.x(of: time.position(reading.timestamp)), y: canvas.y(of: reading.value, scale))
        }
        guard var last = points.first else { continue }
        for point in points {
          canvas.drawLine(from: last, to: point, by: index)
          last = point
        }
      }
    }
  }

  /// The time axis and its labels, two lines.
  func timeAxis(margin: Int, columns: Int, for target: OutputTarget) -> [String] {
    let signs = AxisGlyphs(for: target)
    var axis = Array(repeating: signs.horizontal, count: columns)
    var names = ""
    for tick in time.ticks(columns: columns, style: times) {
      let column = min(columns - 1, Int(time.position(tick.time) * Double(columns)))
      let label = tick.label
      let start = max(
        0, min(margin + 1 + column - label.count / 2, margin + 1 + columns - label.count))
      guard names.isEmpty || start > names.count else { continue }
      axis[column] = signs.timeTick
      names += String(repeating: " ", count: start - names.count) + label
    }
    let lines = [String(repeating: " ", count: margin) + String(signs.corner) + axis, names]
    return lines.map { text in
      var line = PlotLine()
      line.append(text, .faint)
      return line.text(for: target)
    }
  }

  // MARK: Distinguishing lines

  private static let marks: [Character] = ["*", "o", "+", "x", "#", "@"]

  /// Without colour, lines are distinguished by their marks.
  private func isDrawnWithMarks(on target: OutputTarget) -> Bool {
    !target.isUnicode || series.count > 1 && !target.isColoured
  }

  /// The sample of a machine's line in the legend.
  func sample(_ index: Int, for target: OutputTarget) -> String {
    isDrawnWithMarks(on: target) ? String(Self.marks[index]) : "━"
  }
}

extension Canvas {
  fileprivate func x(of position: Double) -> Int {
    Int((position * Double(width - 1)).rounded())
  }

  fileprivate func y(of value: Double, _ scale: ValueScale) -> Int {
    Int(((1 - scale.position(value)) * Double(height - 1)).rounded())
  }
}
