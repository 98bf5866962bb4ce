/// A grid of dots in terminal cells; each cell has the colour of the line drawn there last.
///
/// `x` counts dots from the left, `y` from the top; dots outside are ignored.
struct Canvas: Equatable {
  enum Dots: Equatable {
    /// Two wide and four high in a cell.
    case braille
    /// One per cell, with a mark for each line.
    case marks([Character])
  }

  let columns: Int
  let rows: Int
  let dots: Dots
  private var cells: [Cell]

  private struct Cell: Equatable {
    /// Bits as in the code point of a braille pattern.
    var dots: UInt8 = 0
    var owner = 0
  }

  init(columns: Int, rows: Int, dots: Dots) {
    self.columns = columns
    self.rows = rows
    self.dots = dots
    cells = Array(repeating: Cell(), count: columns * rows)
  }

  /// In dots.
  var width: Int { columns * cellWidth }
  /// In dots.
  var height: Int { rows * cellHeight }

  /// The cell row of a dot.
  func row(ofDot y: Int) -> Int { y / cellHeight }

  /// The cell column of a dot.
  func column(ofDot x: Int) -> Int { x / cellWidth }

  mutating func draw(x: Int, y: Int, by owner: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let bit = Self.bits[y % cellHeight][x % cellWidth]
    let index = y / cellHeight * columns + x / cellWidth
    cells[index] = Cell(dots: cells[index].dots | bit, owner: owner)
  }

  /// A straight line, both ends included (Bresenham).
  mutating func drawLine(from start: (x: Int, y: Int), to end: (x: Int, y: Int), by owner: Int) {
    let (width, height) = (abs(end.x - start.x), abs(end.y - start.y))
    let (right, down) = (start.x < end.x ? 1 : -1, start.y < end.y ? 1 : -1)
    var (x, y, error) = (start.x, start.y, width - height)
    draw(x: x, y: y, by: owner)
    while x != end.x || y != end.y {
      let doubled = 2 * error
      if doubled > -height {
        error -= height
        x += right
      }
      if doubled < width {
        error += width
        y += down
      }
      draw(x: x, y: y, by: owner)
    }
  }

  /// The cells of a row with the line drawn there, if any.
  subscript(row row: Int) -> [(character: Character, owner: Int?)] {
    cells[row * columns..<(row + 1) * columns].map { cell in
      guard cell.dots != 0 else { return (" ", nil) }
      switch dots {
      case .braille: return (Character(Unicode.Scalar(0x2800 + UInt32(cell.dots))!), cell.owner)
      case .marks(let marks): return (marks[cell.owner % marks.count], cell.owner)
      }
    }
  }

  private var cellWidth: Int { dots == .braille ? 2 : 1 }
  private var cellHeight: Int { dots == .braille ? 4 : 1 }

  /// Braille dots are numbered in the order in which Unicode assigns them.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
}
