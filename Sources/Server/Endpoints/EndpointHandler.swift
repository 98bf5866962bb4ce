public import FastCGI
public import HTTPContract

/// The implementation of one endpoint.
///
/// A handler runs on a lane and must not block; anything slow is returned as an ``Action``.
public protocol EndpointHandler: Sendable {
  /// The declaration that clients rely on.
  var endpoint: Endpoint { get }
  /// Whether its queries depend only on method, path and query string; they are then cached for further
  /// requests.
  var isDeterminedByTarget: Bool { get }

  /// - Parameter call: Already validated against the declaration.
  /// - Throws: The ``Problem`` to answer with.
  func handle(_ call: borrowing Call) throws(Problem) -> Action
}

extension EndpointHandler {
  public var isDeterminedByTarget: Bool { false }
}

/// How to answer a call.
public enum Action {
  case reply(RenderedResponse)
  /// A database query whose rows are rendered on arrival.
  case ask(Query)
  /// A response that is too large to buffer, or endless.
  case stream(ResponseHead, any ReplySource)
  /// Slow or blocking work, such as decompression or disk I/O, done on a separate thread.
  case perform(Work)

  /// Sets `change` to the requested change, in JSON, as soon as it is parsed; for the audit log.
  public typealias Work = @Sendable (_ change: inout String?) throws(Problem) -> RenderedResponse
}
