import ArgumentParser

/// A range of seconds, both ends included.
///
/// The server checks that `min` is not above `max`.
struct SecondsRange: Hashable, Codable {
  let min: Double
  let max: Double
}

extension SecondsRange: ExpressibleByArgument {
  /// `1-5`, `0.5-2.5`
  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard parts.count == 2, let min = parts[0], let max = parts[1], min.isFinite, max.isFinite
    else { return nil }
    self.init(min: min, max: max)
  }
}
