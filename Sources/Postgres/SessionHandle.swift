internal import CPostgres

/// Owns a `PGconn`, and takes what the server says of the session without being asked.
///
/// Notices go nowhere: what matters comes as an error, and libpq would write them to standard error. But
/// with an error between two statements, which libpq takes for a notice, the server has ended the session.
final class SessionHandle {
  let pointer: OpaquePointer
  /// Why the server has ended the session; nil while it has not.
  private(set) var end: (sqlState: SQLState?, message: String)?

  /// - Parameter pointer: Of a session that has not begun: there are notices at login.
  init(taking pointer: OpaquePointer) {
    self.pointer = pointer
    PQsetNoticeReceiver(
      pointer,
      { context, result in
        guard let context, let result else { return }
        Unmanaged<SessionHandle>.fromOpaque(context).takeUnretainedValue().take(notice: result)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { PQfinish(pointer) }

  private func take(notice: OpaquePointer) {
    let severity = PQresultErrorField(notice, 86 /* PG_DIAG_SEVERITY_NONLOCALIZED, 'V' */)
    guard let severity, ["FATAL", "PANIC"].contains(String(cString: severity)) else { return }
    end = (
      SQLState(of: notice), oneLine(PQresultErrorField(notice, QueryResult.primaryMessage))
    )
  }
}
