import SignalsAPI
import Time

/// A table, rendered by ``text(for:)``.
struct Table: Equatable {
  enum Alignment {
    case leading
    case trailing
    /// Numbers, aligned at the decimal point.
    case decimal
    /// Leading, and wrapped when the medium is too narrow.
    case wrapped
  }

  struct Column: Equatable {
    let title: String
    let alignment: Alignment
    /// Whether it may be dropped when the medium is too narrow.
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
    /// Replacements for a medium that is too narrow, each shorter than the one before.
    let shorter: [String]
    /// Whether truncating the text would change its meaning.
    let isMoment: Bool
    /// Whether it is in its full form.
    let isWhole: Bool

    /// - Parameter text: Made printable here, as it may come from a server.
    init(_ text: String, _ style: Style = .plain) {
      self.init(forms: [text.printable], style, isMoment: false)
    }

    /// A time.
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

    /// The next shorter form, if any.
    var shortened: Cell {
      shorter.isEmpty ? self : Cell(forms: shorter[...], style, isWhole: false)
    }

    init(stringLiteral text: String) { self.init(text) }
  }

  let columns: [Column]
  let hasTitles: Bool
  let rows: [[Cell]]

  /// - Parameter rows: Each with one cell per column.
  init(_ columns: [Column], rows: [[Cell]], hasTitles: Bool = true) {
    self.columns = columns
    self.rows = rows
    self.hasTitles = hasTitles
  }

  /// Names and values, one pair per line.
  init(properties: [(name: String, value: Cell)]) {
    columns = [Column(""), Column("", .wrapped)]
    rows = properties.map { [Cell($0.name, .faint), $0.value] }
    hasTitles = false
  }
}
