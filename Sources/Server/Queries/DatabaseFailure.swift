internal import Postgres

/// Why a query cannot be answered now: a machine-readable cause and a text for humans.
public struct DatabaseFailure: Sendable, Equatable {
  /// One of ``PostgresError/Cause``, or `overload`.
  public let cause: String
  public let text: String

  static let overload = DatabaseFailure(
    cause: "overload", text: "too many requests are waiting for the database")
  static let late = DatabaseFailure(
    cause: PostgresError.Cause.timeout.rawValue, text: "the database did not answer in time")

  private init(cause: String, text: String) {
    self.cause = cause
    self.text = text
  }

  init(_ cause: PostgresError.Cause) { self.init(cause: cause.rawValue, text: cause.description) }

  init(_ error: PostgresError) { self.init(cause: error.cause.rawValue, text: error.description) }
}
