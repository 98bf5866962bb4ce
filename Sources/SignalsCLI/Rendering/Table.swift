import Signals

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
    /// Whether it may go where the medium is too narrow.
    let isSpare: Bool

    init(_ title: String, _ alignment: Alignment = .leading, isSpare: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isSpare = isSpare
    }
  }

  struct Cell: Equatable, ExpressibleByStringInterpolation {
    let text: String
    let style: Style
    /// What may stand in its place where the medium is too narrow, each shorter than the one before.
    let shorter: [String]
    /// Whether a part of its text would say something else.
    let isMoment: Bool
    /// Whether it is in its first form.
    let isWhole: Bool

    /// - Parameter text: May come from a server: it is made printable here.
    init(_ text: String, _ style: Style = .plain) {
      self.init(forms: [text.printable], style, isMoment: false)
    }

    /// A moment: as narrow as it may get, it still tells the minute.
    init(_ time: Timestamp, _ times: TimeStyle, _ style: Style = .plain) {
      self.init(forms: times.forms(time)[...], style)
    }

    private init(
      forms: ArraySlice<String>, _ style: Style, isMoment: Bool = true, isWhole: Bool = true
    ) {
      text = forms.first ?? ""
      self.style = style
      self.isMoment = isMoment
      self.isWhole = isWhole
      shorter = Array(forms.dropFirst())
    }

    /// In its next form, or as it is.
    var shortened: Cell {
      shorter.isEmpty ? self : Cell(forms: shorter[...], style, isWhole: false)
    }

    init(stringLiteral text: String) { self.init(text) }
  }

  let columns: [Column]
  let hasTitles: Bool
  let rows: [[Cell]]

  /// - Parameter rows: As many cells each as there are columns.
  init(_ columns: [Column], rows: [[Cell]], hasTitles: Bool = true) {
    self.columns = columns
    self.rows = rows
    self.hasTitles = hasTitles
  }

  /// A thing's properties, one a line.
  init(properties: [(name: String, value: Cell)]) {
    columns = [Column(""), Column("", .wrapped)]
    rows = properties.map { [Cell($0.name, .faint), $0.value] }
    hasTitles = false
  }
}
