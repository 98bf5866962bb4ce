internal import CPostgres

/// Owns a `PGconn` and receives its notices.
///
/// Notices are discarded: whatever matters is an error, and libpq would print them to standard error.
/// But libpq also reports an error between two statements as a notice: the server has then ended the
/// session.
final class SessionHandle {
  let pointer: OpaquePointer
  /// Why the server ended the session; nil while it is open.
  private(set) var end: (sqlState: SQLState?, message: String)?

  /// - Parameter pointer: A session that has not started, as the login itself may emit notices.
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
