internal import CFastCGI
internal import Glibc

/// A request awaiting its response; valid while its handler runs.
public struct Request: ~Copyable {
  enum Body {
    case whole([UInt8])
    case refused(BodyRefusal)
  }

  private let parameters: FCGX_ParamArray
  private let content: Body

  init(parameters: FCGX_ParamArray, body: Body = .whole([])) {
    self.parameters = parameters
    content = body
  }

  /// The whole body, of `CONTENT_LENGTH` bytes; requests with another length never reach the handler.
  ///
  /// - Throws: Why the body was refused, which the response should say.
  public var body: [UInt8] {
    get throws(BodyRefusal) {
      switch content {
      case .whole(let bytes): return bytes
      case .refused(let refusal): throw refusal
      }
    }
  }

  /// Whether there is a body, accepted or not.
  public var hasBody: Bool {
    if case .whole(let bytes) = content { !bytes.isEmpty } else { true }
  }

  /// A FastCGI parameter such as `REQUEST_METHOD`; nil when the web server did not send it.
  ///
  /// Invalid UTF-8 is replaced by U+FFFD.
  public func parameter(_ name: String) -> String? {
    FCGX_GetParam(name, parameters).map { String(cString: $0) }
  }

  /// The bytes of a parameter, without copying; empty when the web server did not send it.
  public func withParameter<R>(_ name: StaticString, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R
  {
    let value = name.withUTF8Buffer { name in
      name.baseAddress!.withMemoryRebound(to: CChar.self, capacity: name.count) {
        FCGX_GetParam($0, parameters)
      }
    }
    guard let value else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    let count = strlen(value)
    return value.withMemoryRebound(to: UInt8.self, capacity: count) {
      body(UnsafeBufferPointer(start: $0, count: count))
    }
  }
}

/// Why a request body was refused.
public enum BodyRefusal: Error, Equatable {
  /// It is longer than `limit` bytes.
  case tooLarge(limit: Int)
  /// There is no room for it beside the other bodies in memory.
  case noRoom
}
