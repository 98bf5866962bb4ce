import ArgumentParser

/// The ranges by which a check judges.
struct CheckLimits: ParsableArguments {
  // Unconditional: a range may begin with a minus.
  @Option(
    name: [.long, .customShort("w")], parsing: .unconditional,
    help: .init("Outside of it is a WARNING.", valueName: "range"), transform: Self.range)
  var warning: AlertRange?

  @Option(
    name: [.long, .customShort("c")], parsing: .unconditional,
    help: .init("Outside of it is CRITICAL.", valueName: "range"), transform: Self.range)
  var critical: AlertRange?

  /// - Throws: ``Failure`` when there is none: what judges nothing is always well.
  func require() throws(Failure) {
    guard warning != nil || critical != nil else {
      throw Failure(.usage, "nothing to judge by: give -w RANGE or -c RANGE")
    }
  }

  @Sendable private static func range(_ text: String) throws -> AlertRange {
    guard let range = AlertRange(text) else {
      throw ValidationError("[@]START:END")
    }
    return range
  }
}
