public import ArgumentParser
public import SignalsAPI

extension API.SecondsRange: ExpressibleByArgument {
  /// `1-5`, `0.5-2.5`
  public init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard parts.count == 2, let min = parts[0], let max = parts[1], min.isFinite, max.isFinite
    else { return nil }
    self.init(min: min, max: max)
  }
}
