import SignalsAPI
import Time

extension Chart {
  /// The chart as an SVG document.
  func svg(title: String) -> String {
    var picture = SVGDocument(width: 960)
    picture.text(title, x: Self.edge, y: 32, isTitle: true)
    picture.text(period, x: Self.edge, y: 54, .faint)
    let bottom: Double
    switch kind {
    case .amount: bottom = drawCurves(on: &picture)
    case .state, .error: bottom = drawLanes(on: &picture)
    }
    // As on a colour terminal.
    let table = Table(legendOf: self, for: OutputTarget(isColoured: true))
    var height = picture.draw(table, x: Self.edge, y: bottom + 32)
    if let remark {
      height += Self.line
      picture.text(remark, x: Self.edge, y: height - 8, .faint)
    }
    return picture.document(height: height + 12, title: title, description: period)
  }

  private static let edge = 24.0
  private static let top = 76.0
  /// The line height of text.
  fileprivate static let line = 22.0
  private static let laneHeight = 36.0
  private static let widestName = 24

  private func drawCurves(on picture: inout SVGDocument) -> Double {
    let scale = ValueScale(holding: values, steps: 6)
    let labels = scale.ticks.map(scale.label)
    let left = Self.edge + SVGDocument.width(of: labels.map(\.columns).max() ?? 0) + 10
    let (right, height) = (picture.width - Self.edge, 340.0)
    func y(_ value: Double) -> Double { Self.top + (1 - scale.position(value)) * height }
    for (tick, label) in zip(scale.ticks, labels) {
      picture.line([(left, y(tick)), (right, y(tick))], .faint, width: 0.3)
      picture.text(label, x: left - 10, y: y(tick) + 5, .faint, .end)
    }
    for (series, style) in zip(series, Style.ofLines) {
      for stretch in series.stretches where !stretch.isEmpty {
        let points = stretch.map { reading in
          (x: left + time.position(reading.timestamp) * (right - left), y: y(reading.value))
        }
        picture.line(points, style, width: points.count == 1 ? 4 : 1.5)
      }
    }
    return drawTimes(on: &picture, from: left, to: right, y: Self.top + height)
  }

  private func drawLanes(on picture: inout SVGDocument) -> Double {
    let names = series.map { $0.machine.shortened(to: Self.widestName, for: .plain) }
    let left = Self.edge + SVGDocument.width(of: names.map(\.columns).max() ?? 0) + 10
    let right = picture.width - Self.edge
    for (index, (series, name)) in zip(series, names).enumerated() {
      let y = Self.top + Double(index) * Self.laneHeight
      picture.text(name, x: Self.edge, y: y + 18)
      switch kind {
      case .error: drawErrors(of: series, on: &picture, from: left, to: right, y: y)
      case .state, .amount: drawStates(of: series, on: &picture, from: left, to: right, y: y)
      }
    }
    return drawTimes(
      on: &picture, from: left, to: right,
      y: Self.top + Double(series.count) * Self.laneHeight)
  }

  private func drawStates(
    of series: Series, on picture: inout SVGDocument, from left: Double, to right: Double, y: Double
  ) {
    for stay in series.stateSpans(until: time.last) where stay.end > stay.start {
      let sign = StateGlyph(.state(stay.value), for: .plain)
      let x = left + time.position(stay.start) * (right - left)
      let width = left + time.position(stay.end) * (right - left) - x
      let word = sign.word ?? ""
      let isLow = stay.value == 0
      picture.area(
        x: x, y: isLow ? y + 18 : y, width: width, height: isLow ? 8 : 26, sign.style,
        title: "\(word), \(duration(microseconds: stay.end - stay.start))")
      guard width > SVGDocument.width(of: word.columns) + 8 else { continue }
      picture.text(
        word, x: x + width / 2, y: isLow ? y + 13 : y + 18, sign.style, .middle,
        isOnArea: !isLow)
    }
  }

  private func drawErrors(
    of series: Series, on picture: inout SVGDocument, from left: Double, to right: Double, y: Double
  ) {
    picture.line([(left, y + 13), (right, y + 13)], .faint, width: 0.3)
    let places = series.readings.map { left + time.position($0.timestamp) * (right - left) }
    for (index, (reading, x)) in zip(series.readings, places).enumerated() {
      picture.line([(x - 4, y + 9), (x + 4, y + 17)], .bad, width: 2)
      picture.line([(x - 4, y + 17), (x + 4, y + 9)], .bad, width: 2)
      let code = "\(Number(value: reading.value))"
      let room = (index + 1 < places.count ? places[index + 1] - 6 : picture.width) - x
      if SVGDocument.width(of: code.columns) + 8 < room {
        picture.text(code, x: x + 8, y: y + 18, .bad)
      }
    }
  }

  /// - Returns: The bottom of the axis.
  private func drawTimes(
    on picture: inout SVGDocument, from left: Double, to right: Double, y: Double
  ) -> Double {
    picture.line([(left, y), (right, y)], .faint)
    let columns = Int((right - left) / SVGDocument.width(of: 1))
    for tick in time.ticks(columns: columns, style: times) {
      let x = left + time.position(tick.time) * (right - left)
      picture.line([(x, y), (x, y + 5)], .faint)
      let half = SVGDocument.width(of: tick.label.columns) / 2
      let middle = min(max(x, half), picture.width - half)
      picture.text(tick.label, x: middle, y: y + 22, .faint, .middle)
    }
    return y + Chart.line
  }
}

extension SVGDocument {
  /// An upper estimate of a text's width: the viewer's font is unknown.
  fileprivate static func width(of columns: Int) -> Double { Double(columns) * 8.6 }

  /// - Returns: The bottom of the table.
  fileprivate mutating func draw(_ table: Table, x: Double, y: Double) -> Double {
    var (left, end) = (x, y)
    for (index, column) in table.columns.enumerated() {
      let cells = table.rows.map { $0[index] }
      let columns = ([column.title] + cells.map(\.text)).map(\.columns).max() ?? 0
      let right = left + Self.width(of: columns)
      let isLeading = column.alignment == .leading || column.alignment == .wrapped
      let (place, anchor) = isLeading ? (left, Anchor.start) : (right, Anchor.end)
      text(column.title, x: place, y: y, .faint, anchor)
      for (row, cell) in cells.enumerated() {
        end = y + Double(row + 1) * Chart.line
        text(cell.text, x: place, y: end, cell.style, anchor)
      }
      left = right + 24
    }
    return end
  }
}
