import SignalsAPI

extension Table {
  /// The narrowest column that text is wrapped to.
  private static let narrowest = 20
  /// The narrowest column that text is shortened to.
  private static let shortest = 8
  private static let gap = 2

  /// The lines of the table, with line ends and without trailing spaces.
  ///
  /// Lines fit the terminal: the last column may be wrapped, texts are shortened, the widest first, and
  /// what is still too wide is cut.
  func text(for target: OutputTarget) -> String {
    var table = self
    if let width = target.width {
      while table.leastWidth > width, let next = table.reduced() { table = next }
    }
    return table.drawn(for: target)
  }

  /// The width of all columns, with a last one that can be wrapped at its narrowest.
  private var leastWidth: Int {
    columns.indices.reduce(-Self.gap) { sum, index in
      let all = ([columns[index].title] + rows.map { $0[index].text }).map(\.columns).max() ?? 0
      let isBroken = index == columns.count - 1 && columns[index].alignment == .wrapped
      return sum + Self.gap + (isBroken ? min(all, Self.narrowest) : all)
    }
  }

  /// The table with one step less detail; nil when there is none left. First the full form of times is
  /// shortened, then spare columns go, then times are shortened further.
  private func reduced() -> Table? {
    let longest = rows.joined().map(\.shorter.count).max() ?? 0
    let spare = columns.firstIndex(where: \.isSpare)
    let hasFirst = rows.joined().contains { $0.isWhole && !$0.shorter.isEmpty }
    if longest > 0, hasFirst || spare == nil {
      return Table(
        columns,
        rows: rows.map { row in
          row.map { $0.shorter.count == longest ? $0.shortened : $0 }
        }, hasTitles: hasTitles)
    }
    guard let spare else { return nil }
    func without<Element>(_ all: [Element]) -> [Element] {
      Array(all[..<spare] + all[(spare + 1)...])
    }
    return Table(without(columns), rows: rows.map(without), hasTitles: hasTitles)
  }

  private func drawn(for target: OutputTarget) -> String {
    let titles = columns.map { Cell($0.title, .faint) }
    var layouts = columns.indices.map { column in
      ColumnLayout(columns[column].alignment, titles[column], rows.map { $0[column] })
    }
    let lastRoom = room(behind: layouts.dropLast().map(\.width), target)
    if lastRoom == nil, let width = target.width { Self.narrow(&layouts, to: width) }
    var lines: [String] = []
    if hasTitles {
      lines.append(line(titles, layouts, target) { $0.title($1) })
    }
    for row in rows {
      lines += broken(row, lastRoom).map { line($0, layouts, target) { $0.value($1) } }
    }
    return lines.reduce(into: "") { $0 += $1 + "\n" }
  }

  /// The width left for a last column that is wrapped; nil when it is not.
  private func room(behind widths: [Int], _ target: OutputTarget) -> Int? {
    guard let width = target.width, columns.last?.alignment == .wrapped else { return nil }
    let left = width - widths.reduce(0) { $0 + $1 + Self.gap }
    return left < Self.narrowest ? nil : left
  }

  /// Narrows the widest text columns until the table fits or all are at their minimum.
  private static func narrow(_ layouts: inout [ColumnLayout], to width: Int) {
    var excess = layouts.reduce(-gap) { $0 + $1.width + gap } - width
    while excess > 0 {
      let widest = layouts.indices
        .filter { layouts[$0].isText && layouts[$0].width > shortest }
        .max { layouts[$0].width < layouts[$1].width }
      guard let widest else { return }
      layouts[widest].width -= 1
      excess -= 1
    }
  }

  /// Splits a row into lines, with the last cell wrapped.
  private func broken(_ row: [Cell], _ room: Int?) -> [[Cell]] {
    guard let room, let last = row.last else { return [row] }
    return last.text.wrapped(to: room).enumerated().map { index, text in
      let others = index == 0 ? Array(row.dropLast()) : row.dropLast().map { _ in Cell("") }
      return others + [Cell(text, last.style)]
    }
  }

  private func line(
    _ cells: [Cell], _ layouts: [ColumnLayout], _ target: OutputTarget,
    _ place: (ColumnLayout, Cell) -> (before: Int, after: Int)
  ) -> String {
    var (line, position, pending) = ("", 0, 0)
    for (cell, layout) in zip(cells, layouts) {
      guard !cell.text.isEmpty else {
        pending += layout.width + Self.gap
        continue
      }
      let (before, after) = place(layout, cell)
      position += pending + before
      let room = min(layout.room, target.width.map { $0 - position } ?? .max)
      guard room > 0 else { break }
      let text = cell.text.shortened(to: room, for: target)
      line += String(repeating: " ", count: pending + before)
      line += cell.style.applied(to: text, for: target)
      position += text.columns
      pending = after + Self.gap
    }
    return line
  }
}

/// The width of a column and the placement of its cells.
private struct ColumnLayout {
  let alignment: Table.Alignment
  var width: Int
  /// Whether it may be shortened: a truncated number or time would be a different one.
  let isText: Bool
  /// The width of the widest fraction of a decimal column, including the point.
  private let fraction: Int

  init(_ alignment: Table.Alignment, _ title: Table.Cell, _ cells: [Table.Cell]) {
    self.alignment = alignment
    isText = alignment == .leading && !cells.contains(where: \.isMoment)
    guard alignment == .decimal else {
      fraction = 0
      width = ([title] + cells).map(\.text.columns).max() ?? 0
      return
    }
    let parts = cells.map { Self.parts($0.text) }
    fraction = parts.map(\.fraction).max() ?? 0
    width = max(title.text.columns, (parts.map(\.whole).max() ?? 0) + fraction)
  }

  /// The most columns a cell may take.
  var room: Int { isText ? width : .max }

  func title(_ cell: Table.Cell) -> (before: Int, after: Int) {
    let space = max(0, width - cell.text.columns)
    switch alignment {
    case .leading, .wrapped: return (0, space)
    case .trailing, .decimal: return (space, 0)
    }
  }

  func value(_ cell: Table.Cell) -> (before: Int, after: Int) {
    let space = max(0, width - cell.text.columns)
    switch alignment {
    case .leading, .wrapped: return (0, space)
    case .trailing: return (space, 0)
    case .decimal:
      let after = fraction - Self.parts(cell.text).fraction
      return (space - after, after)
    }
  }

  private static func parts(_ text: String) -> (whole: Int, fraction: Int) {
    let point = text.firstIndex(of: ".") ?? text.endIndex
    return (String(text[..<point]).columns, String(text[point...]).columns)
  }
}

extension String {
  /// Wraps to lines of at most `width` columns, breaking words only when they are wider.
  fileprivate func wrapped(to width: Int) -> [String] {
    guard columns > width else { return [self] }
    let lines = split(separator: " ").flatMap { String($0).pieces(of: width) }
      .joined(separator: " ").filled(to: width, first: width)
    return lines.isEmpty ? [self] : lines
  }

  private func pieces(of width: Int) -> [String] {
    guard columns > width else { return [self] }
    return reduce(into: [""]) { pieces, character in
      let character = String(character)
      if pieces[pieces.count - 1].columns + character.columns > width { pieces.append("") }
      pieces[pieces.count - 1] += character
    }
  }
}
