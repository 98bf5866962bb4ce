internal import CFastCGI
internal import Glibc

/// A request that waits for its answer; it exists as long as the handler that is given it runs.
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

  /// All of the body, as long as `CONTENT_LENGTH` said; a request with less or more is never handed on.
  ///
  /// - Throws: Why the body was not taken; the answer is to say so.
  public var body: [UInt8] {
    get throws(BodyRefusal) {
      switch content {
      case .whole(let bytes): return bytes
      case .refused(let refusal): throw refusal
      }
    }
  }

  /// Whether there is a body, taken or not.
  public var hasBody: Bool {
    if case .whole(let bytes) = content { !bytes.isEmpty } else { true }
  }

  /// The value of a FastCGI parameter such as `REQUEST_METHOD`; nil when the web server sent none.
  ///
  /// Bytes that are not UTF-8 come as U+FFFD.
  public func parameter(_ name: String) -> String? {
    FCGX_GetParam(name, parameters).map { String(cString: $0) }
  }

  /// The bytes of a parameter, without a copy; empty when the web server sent none.
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

/// Why the body of a request was not taken.
public enum BodyRefusal: Error, Equatable {
  /// It is longer than `limit` bytes, the most that is taken there.
  case tooLarge(limit: Int)
  /// The bodies that are being collected or worked on leave no room for it at present.
  case noRoom
}
