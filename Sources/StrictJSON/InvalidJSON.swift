/// Why a text is not valid JSON.
public struct InvalidJSON: Error, Hashable {
  enum Reason: Hashable {
    /// What was expected, and what was found instead.
    case expected(String, got: String)
    case other(String)
    /// The path of a duplicate member: JSON permits them, and readers disagree about their meaning.
    case repeated(String)
  }

  let reason: Reason
  /// Both counted from 1; columns are Unicode scalars.
  let line: Int
  let column: Int

  /// Whether it would be valid JSON but for a duplicate member.
  public var isDuplicateMember: Bool {
    if case .repeated = reason { true } else { false }
  }

  /// A one-line message.
  ///
  /// - Parameter source: What should have been JSON, such as "the body".
  public func explanation(of source: String) -> String {
    isDuplicateMember ? description : "\(source) is \(description)"
  }
}

extension InvalidJSON: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .expected(let expected, let got):
      "not valid JSON: line \(line), column \(column): expected \(expected) (got \(got))"
    case .other(let text): "not valid JSON: line \(line), column \(column): \(text)"
    case .repeated(let path): "\(path): duplicate field"
    }
  }
}
