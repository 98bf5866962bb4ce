import ArgumentParser

/// From the shortest to the longest time, both included; in seconds.
///
/// That the first is the smaller one is for the server to say.
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
