import Testing

@testable import SignalsCLI

@Suite struct CanvasTests {
  private func text(_ canvas: Canvas) -> [String] {
    (0..<canvas.rows).map { String(canvas[row: $0].map(\.character)) }
  }

  @Test func aBrailleCellHasEightDots() {
    var canvas = Canvas(columns: 8, rows: 1, dots: .braille)
    for dot in 0..<8 { canvas.draw(x: dot * 2 + dot / 4, y: dot % 4, by: 0) }
    #expect(text(canvas) == ["⠁⠂⠄⡀⠈⠐⠠⢀"])
  }

  @Test func linesHaveBothEnds() {
    var canvas = Canvas(columns: 5, rows: 3, dots: .marks(["*"]))
    canvas.drawLine(from: (0, 2), to: (4, 0), by: 0)
    #expect(text(canvas) == ["    *", "  ** ", "**   "])
    canvas.drawLine(from: (4, 2), to: (4, 1), by: 0)
    #expect(text(canvas) == ["    *", "  ***", "**  *"])
  }

  @Test func whoDrawsLastHasTheCell() {
    var canvas = Canvas(columns: 2, rows: 1, dots: .braille)
    canvas.draw(x: 0, y: 0, by: 0)
    canvas.draw(x: 1, y: 0, by: 1)
    #expect(canvas[row: 0].map(\.owner) == [1, nil])
    #expect(text(canvas) == ["⠉ "])
  }

  @Test func whatIsOutsideIsNotDrawn() {
    var canvas = Canvas(columns: 2, rows: 1, dots: .braille)
    for (x, y) in [(-1, 0), (4, 0), (0, -1), (0, 4)] { canvas.draw(x: x, y: y, by: 0) }
    #expect(text(canvas) == ["  "])
  }
}
