/// The candidate most likely meant; nil when none is close.
///
/// Up to a third of the letters may differ, and always at least one.
public func closest(to word: String, among candidates: [String]) -> String? {
  let word = word.lowercased()
  let bound = max(1, word.count / 3)
  return
    candidates
    .map { (candidate: $0, distance: editDistance(word, $0.lowercased())) }
    .filter { $0.distance <= bound }
    .min { $0.distance < $1.distance }?.candidate
}

/// The optimal string alignment distance: the number of insertions, deletions, substitutions and
/// transpositions of neighbours.
private func editDistance(_ one: String, _ other: String) -> Int {
  let (a, b) = (Array(one), Array(other))
  var rows = [Array(0...b.count)]
  for i in a.indices.map({ $0 + 1 }) {
    var row = [i]
    for j in b.indices.map({ $0 + 1 }) {
      let replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, rows[i - 2][j - 2] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
