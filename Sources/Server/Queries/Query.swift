public import FastCGI
public import Postgres

/// A database query and the rendering of its result. It belongs to one lane.
public final class Query {
  /// The outcome of rendering a result.
  public enum Outcome {
    case reply(RenderedResponse)
    case problem(Problem)
    /// The rows require another query.
    case ask(Query)
  }

  public typealias Renderer = (borrowing QueryResult, ServerTiming) -> Outcome

  public let spec: QuerySpec
  /// Identifies the rendering: calls with the same result and variant share one. Nil when it depends on the
  /// call.
  let variant: Int?
  let render: Renderer
  /// The response when the query fails; nil for a problem document.
  let failing: ((DatabaseFailure) -> RenderedResponse)?

  public init(
    _ spec: QuerySpec, variant: Int? = nil,
    failing: ((DatabaseFailure) -> RenderedResponse)? = nil, _ render: @escaping Renderer
  ) {
    self.spec = spec
    self.variant = variant
    self.render = render
    self.failing = failing
  }
}

/// A database query. Equal queries that wait together are sent once.
///
/// Queries are equal when their statements and parameters are, regardless of the caller and the rendering.
/// Anything in the result that depends on the caller's rights must therefore be a parameter.
public final class QuerySpec: Hashable, Sendable {
  public let statement: PreparedStatement
  public let parameters: Parameters
  /// The number of the ``Workload`` that runs it.
  public let workload: Int
  /// Queries likely to take equally long.
  public let cost: CostClass
  /// The longest wait, where shorter than the workload's.
  public let timeout: Duration?
  /// Set when the statement's last parameter is a lower time bound; see ``LookBackCache``.
  let lookBack: LookBack?
  /// Computed once, because cached queries are sent often.
  private let hash: Int

  public init(
    _ statement: PreparedStatement, _ parameters: Parameters = Parameters(), workload: Int = 0,
    cost: CostClass? = nil, timeout: Duration? = nil, lookBack: LookBack? = nil
  ) {
    self.statement = statement
    self.parameters = parameters
    self.workload = workload
    self.cost = cost ?? CostClass(statement)
    self.timeout = timeout
    self.lookBack = lookBack
    var hasher = Hasher()
    hasher.combine(statement.name)
    hasher.combine(parameters)
    hash = hasher.finalize()
  }

  public static func == (a: QuerySpec, b: QuerySpec) -> Bool {
    a === b
      || a.hash == b.hash && a.statement.name == b.statement.name && a.parameters == b.parameters
        && a.workload == b.workload
        && a.timeout == b.timeout
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(hash)
  }
}

/// A class of queries likely to take equally long.
public struct CostClass: Hashable, Sendable {
  private let statement: String
  private let subject: String
  private let magnitude: Int

  /// - Parameters:
  ///   - subject: What the query is about.
  ///   - rows: The number of rows expected; only its order of magnitude counts.
  public init(_ statement: PreparedStatement, subject: String = "", rows: Int = 0) {
    self.statement = statement.name
    self.subject = subject
    magnitude = rows.bitWidth - rows.leadingZeroBitCount
  }
}

/// How far back the result of a query for the newest rows reaches.
public struct LookBack: Sendable {
  public enum Reach: Sendable {
    /// The time of the oldest row, in microseconds since 1970, of as many rows as requested.
    case back(to: Int64)
    /// Fewer rows than requested.
    case short
    /// Not known from the rows.
    case unknown
  }

  let reach: @Sendable (borrowing QueryResult) -> Reach

  public init(reach: @escaping @Sendable (borrowing QueryResult) -> Reach) { self.reach = reach }
}
