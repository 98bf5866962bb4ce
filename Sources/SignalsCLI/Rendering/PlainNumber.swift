extension Double {
  /// The shortest exact decimal, with neither an exponent nor `.0`.
  ///
  /// `0.00001`, where `"\(self)"` is `1e-05`: monitoring systems do not parse exponents.
  var withoutExponent: String {
    let text = "\(self)"
    guard let mark = text.firstIndex(of: "e") else {
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    let exponent = Int(text[text.index(after: mark)...]) ?? 0
    let parts = text[..<mark].split(separator: ".")
    let sign = text.hasPrefix("-") ? "-" : ""
    let whole = parts[0].drop { $0 == "-" }
    let fraction = parts.dropFirst().first.map(String.init) ?? ""
    let digits = whole + (fraction == "0" ? "" : fraction)
    let point = whole.count + exponent
    if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)" }
    let zeros = String(repeating: "0", count: max(0, point - digits.count))
    let padded = digits + zeros
    let end = padded.index(padded.startIndex, offsetBy: point)
    return sign + padded[..<end] + (end == padded.endIndex ? "" : ".\(padded[end...])")
  }

  /// With a fixed number of decimals, and without an exponent.
  ///
  /// Not `String(format:)`, which needs all of Foundation.
  func fixed(_ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (magnitude * scale).rounded()
    guard scaled < 9e15 else { return withoutExponent }
    let (whole, fraction) = Int64(scaled).quotientAndRemainder(dividingBy: Int64(scale))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let text = "\(fraction)"
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - text.count))\(text)"
  }
}
