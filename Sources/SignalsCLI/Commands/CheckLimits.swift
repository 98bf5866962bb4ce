import ArgumentParser

/// The thresholds of a check.
struct CheckLimits: ParsableArguments {
  // Unconditional: a range may begin with a minus.
  @Option(
    name: [.long, .customShort("w")], parsing: .unconditional,
    help: .init("WARNING if the value is outside this range.", valueName: "range"),
    transform: Self.range)
  var warning: AlertRange?

  @Option(
    name: [.long, .customShort("c")], parsing: .unconditional,
    help: .init("CRITICAL if the value is outside this range.", valueName: "range"),
    transform: Self.range)
  var critical: AlertRange?

  /// - Throws: ``Failure`` when no threshold is set: such a check would always be OK.
  func require() throws(Failure) {
    guard warning != nil || critical != nil else {
      throw Failure(.usage, "no threshold: set -w or -c")
    }
  }

  @Sendable private static func range(_ text: String) throws -> AlertRange {
    guard let range = AlertRange(text) else {
      throw ValidationError("[@]START:END")
    }
    return range
  }
}
