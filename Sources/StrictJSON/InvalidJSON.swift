/// Why a text is not read as JSON.
public struct InvalidJSON: Error, Hashable {
  enum Reason: Hashable {
    /// What was expected in the place of what is there.
    case expected(String, got: String)
    case other(String)
    /// The path of the member, which JSON allows and readers understand differently.
    case repeated(String)
  }

  let reason: Reason
  /// Both from 1 on; columns are Unicode scalars.
  let line: Int
  let column: Int

  /// Whether it would be JSON, but names a member twice.
  public var isRepeatedMember: Bool {
    if case .repeated = reason { true } else { false }
  }

  /// In a sentence.
  ///
  /// - Parameter source: What the JSON should be, such as "the body".
  public func explanation(of source: String) -> String {
    let place = "line \(line), column \(column)"
    return switch reason {
    case .expected(let expected, let got):
      "\(source) is not JSON: \(place): expected \(expected) (got \(got))"
    case .other(let text): "\(source) is not JSON: \(place): \(text)"
    case .repeated(let path): "\(path) is given twice"
    }
  }
}

extension InvalidJSON: CustomStringConvertible {
  public var description: String { explanation(of: "it") }
}
