public import FastCGI
public import HTTPContract

/// What a program does for one endpoint.
///
/// A handler runs on a lane and so decides at once; what takes time is an ``Action``.
public protocol EndpointHandler: Sendable {
  /// What was promised to clients.
  var endpoint: Endpoint { get }
  /// Whether the queries that it makes follow from method, path and query string alone: each is then
  /// kept for the next request of the kind.
  var isDeterminedByTarget: Bool { get }

  /// - Parameter call: Held against the declaration already: its parameters are known and valid.
  /// - Throws: A ``Problem`` that the client gets.
  func handle(_ call: borrowing Call) throws(Problem) -> Action
}

extension EndpointHandler {
  public var isDeterminedByTarget: Bool { false }
}

/// What is to be done for a call.
public enum Action {
  case reply(RenderedResponse)
  /// A question to the database, whose rows are rendered when they come.
  case ask(Query)
  /// A reply that is too long to be held, or has no end.
  case stream(ResponseHead, any ReplySource)
  /// Work that waits, such as for a disk: done on a thread of its own. What changes something says what
  /// it was asked to change, for the audit.
  case perform(@Sendable () throws(Problem) -> RenderedResponse, change: String? = nil)
}
