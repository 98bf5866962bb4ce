/// A number as people write it: `42`, `231.5`.
struct Number: Equatable {
  let value: Double
}

extension Number: CustomStringConvertible {
  /// The shortest text that gives the same number again, without `.0`.
  var description: String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
