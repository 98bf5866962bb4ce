public import FastCGI
public import Postgres

/// A question to the database, and what becomes of its rows. It belongs to one lane.
public final class Query {
  /// What is made of the rows, or of their absence.
  public enum Outcome {
    case reply(RenderedResponse)
    case problem(Problem)
    /// The rows lead to another question.
    case ask(Query)
  }

  public typealias Renderer = (borrowing QueryResult, ServerTiming) -> Outcome

  public let question: Question
  /// Which of its endpoint's renderings this is: the rows are rendered once for all calls that wait for
  /// one answer and have the same number here. Nil for one that depends on the call.
  let variant: Int?
  let render: Renderer
  /// The answer when the database gives none; nil for a problem document.
  let failing: ((DatabaseFailure) -> RenderedResponse)?

  public init(
    _ question: Question, variant: Int? = nil,
    failing: ((DatabaseFailure) -> RenderedResponse)? = nil, _ render: @escaping Renderer
  ) {
    self.question = question
    self.variant = variant
    self.render = render
    self.failing = failing
  }
}

/// What is asked of the database. Equal questions that wait together are asked once.
///
/// Equal are those with the same statement and the same parameters, whoever asks and however the rows
/// are to be rendered. What an answer may hold of the caller's own rights is to be a parameter.
public final class Question: Hashable, Sendable {
  public let statement: PreparedStatement
  public let parameters: Parameters
  /// The number of the ``Workload`` whose sessions are asked.
  public let workload: Int
  /// Questions that are likely to take equally long.
  public let cost: CostClass
  /// How long those who ask wait at most, where that is less than for others.
  public let timeout: Duration?
  /// The statement's last parameter is the time from which to look on; see ``LookBackCache``.
  let lookBack: LookBack?
  /// Made once: a question that is kept is asked often.
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

  public static func == (a: Question, b: Question) -> Bool {
    a === b
      || a.hash == b.hash && a.statement.name == b.statement.name && a.parameters == b.parameters
        && a.workload == b.workload
        && a.timeout == b.timeout
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(hash)
  }
}

/// Questions that are likely to take equally long.
public struct CostClass: Hashable, Sendable {
  private let statement: String
  private let subject: String
  private let magnitude: Int

  /// - Parameters:
  ///   - subject: What is asked about.
  ///   - rows: How many rows there may be; only their order of magnitude counts.
  public init(_ statement: PreparedStatement, subject: String = "", rows: Int = 0) {
    self.statement = statement.name
    self.subject = subject
    magnitude = rows.bitWidth - rows.leadingZeroBitCount
  }
}

/// How far back an answer to a question for the newest rows reaches.
public struct LookBack: Sendable {
  public enum Reach: Sendable {
    /// The oldest of all the rows that were asked for, in microseconds since 1970.
    case back(to: Int64)
    /// There are fewer rows than were asked for.
    case short
    /// The rows say nothing of it.
    case unknown
  }

  let reach: @Sendable (borrowing QueryResult) -> Reach

  public init(reach: @escaping @Sendable (borrowing QueryResult) -> Reach) { self.reach = reach }
}
