internal import CFastCGI
internal import Glibc

/// A request that waits for its answer; it exists as long as the handler that is given it runs.
public struct Request: ~Copyable {
  private let parameters: FCGX_ParamArray
  /// All of the body, as long as `CONTENT_LENGTH` said; a request without one is never handed on.
  public let body: [UInt8]

  init(parameters: FCGX_ParamArray, body: [UInt8]) {
    self.parameters = parameters
    self.body = body
  }

  /// The value of a FastCGI parameter such as `REQUEST_METHOD`; nil when the web server sent none.
  ///
  /// Bytes that are not UTF-8 come as U+FFFD.
  public func parameter(_ name: String) -> String? {
    FCGX_GetParam(name, parameters).map { String(cString: $0) }
  }

  /// The bytes of a parameter, without a copy; empty when the web server sent none.
  public func withParameter<R>(_ name: String, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    guard let value = FCGX_GetParam(name, parameters) else {
      return body(UnsafeBufferPointer(start: nil, count: 0))
    }
    let count = strlen(value)
    return value.withMemoryRebound(to: UInt8.self, capacity: count) {
      body(UnsafeBufferPointer(start: $0, count: count))
    }
  }
}
