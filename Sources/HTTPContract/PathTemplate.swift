/// A path with variable segments, such as `/signals/{type}`.
public struct PathTemplate: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible
{
  enum Segment: Sendable, Hashable {
    case literal([UInt8])
    case variable(String)
  }

  /// The template as written, with variables in braces.
  public let description: String
  let segments: [Segment]

  public init(stringLiteral text: String) {
    precondition(text.hasPrefix("/"), "a path must begin with a slash")
    description = text
    segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      $0.hasPrefix("{") && $0.hasSuffix("}")
        ? .variable(String($0.dropFirst().dropLast())) : .literal(Array($0.utf8))
    }
  }

  /// The names of the variables, in order.
  public var variables: [String] {
    segments.compactMap { if case .variable(let name) = $0 { name } else { nil } }
  }

  /// The path's segments with a value for each variable.
  public func filled(with values: [String]) -> [String] {
    precondition(values.count == variables.count, "\(description) has other variables")
    var rest = values[...]
    return segments.map { segment in
      switch segment {
      case .literal(let text): String(decoding: text, as: UTF8.self)
      case .variable: rest.removeFirst()
      }
    }
  }

  /// The values of the variables; nil when `path` does not match. Variables are never empty, and a
  /// trailing slash is ignored.
  public func match(_ path: UnsafeBufferPointer<UInt8>) -> [Slice<UnsafeBufferPointer<UInt8>>]? {
    var values: [Slice<UnsafeBufferPointer<UInt8>>] = []
    var position = path.startIndex
    for segment in segments {
      guard position < path.endIndex, path[position] == UInt8(ascii: "/") else { return nil }
      let start = position + 1
      let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
      switch segment {
      case .literal(let text):
        guard path[start..<end].elementsEqual(text) else { return nil }
      case .variable:
        guard start < end else { return nil }
        values.append(path[start..<end])
      }
      position = end
    }
    let rest = path[position...]
    return rest.isEmpty || segments.count == 1 && variables.isEmpty && rest.elementsEqual("/".utf8)
      ? values : nil
  }
}
