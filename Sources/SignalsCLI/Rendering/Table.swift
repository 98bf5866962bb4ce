/// Rows of cells under titles: a value, made into text by ``text(for:)``.
struct Table: Equatable {
  enum Alignment {
    case leading
    case trailing
    /// Numbers, one under the other at their points.
    case decimal
    /// Leading, and broken into lines where the medium is too narrow.
    case wrapped
  }

  struct Column: Equatable {
    let title: String
    let alignment: Alignment

    init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  struct Cell: Equatable, ExpressibleByStringInterpolation {
    let text: String
    let style: Style

    /// - Parameter text: May come from a server: it is made printable here.
    init(_ text: String, _ style: Style = .plain) {
      self.text = text.printable
      self.style = style
    }

    init(stringLiteral text: String) { self.init(text) }
  }

  let columns: [Column]
  let hasTitles: Bool
  let rows: [[Cell]]

  /// - Parameter rows: As many cells each as there are columns.
  init(_ columns: [Column], rows: [[Cell]]) {
    self.columns = columns
    self.rows = rows
    hasTitles = true
  }

  /// A thing's properties, one a line.
  init(properties: [(name: String, value: Cell)]) {
    columns = [Column(""), Column("", .wrapped)]
    rows = properties.map { [Cell($0.name, .faint), $0.value] }
    hasTitles = false
  }
}
