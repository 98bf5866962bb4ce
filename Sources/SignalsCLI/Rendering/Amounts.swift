import SignalsAPI

/// `1 batch`, `2 batches`, `123456 readings`
func count(_ number: Int, _ thing: String) -> String {
  let plural = thing.hasSuffix("ch") ? "es" : "s"
  return "\(number) \(thing)\(number == 1 ? "" : plural)"
}

/// With a binary unit: `512 B`, `4.0 KiB`, `1.0 GiB`.
func byteCount(_ bytes: Int) -> String {
  guard bytes >= 1024 else { return "\(bytes) B" }
  let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  var (value, index) = (Double(bytes) / 1024, 0)
  while value >= 1024, index + 1 < units.count {
    (value, index) = (value / 1024, index + 1)
  }
  return "\(value.fixed(1)) \(units[index])"
}

/// For a person, with at most two units: `85 ms`, `2.5 s`, `3 min 20 s`, `2 d 4 h`.
func duration(microseconds: Int64) -> String {
  let seconds = Double(microseconds) / 1_000_000
  switch seconds {
  case ..<0.9995: return "\((seconds * 1000).fixed(seconds < 0.00995 ? 1 : 0)) ms"
  case ..<9.95: return "\(seconds.fixed(1)) s"
  case ..<59.5: return "\(seconds.fixed(0)) s"
  default: break
  }
  let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]
  let whole = Int64(seconds.rounded())
  guard let index = units.firstIndex(where: { whole >= $0.seconds }) else { return "\(whole) s" }
  let (large, small) = (units[index], units[min(index + 1, units.count - 1)])
  let rest = whole % large.seconds / small.seconds
  let first = "\(whole / large.seconds) \(large.name)"
  return rest == 0 || small == large ? first : "\(first) \(rest) \(small.name)"
}

extension Duration {
  /// `5 s`, `1 d`; any value of Retry-After is possible.
  var inWholeSeconds: String {
    let seconds = min(max(components.seconds, 0), 1_000_000_000_000)
    return seconds < 60 ? "\(seconds) s" : duration(microseconds: seconds * 1_000_000)
  }

  var microseconds: Int64 { Int64(self / .microseconds(1)) }
}
