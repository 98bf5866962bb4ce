/// A header line sent or received, without its line end. The corresponding C type is `curl_infotype`.
public enum Trace: Sendable, Hashable {
  /// `GET / HTTP/1.1`, `Authorization: …`; empty at the end of the headers.
  case sent(String)
  /// `HTTP/1.1 200 OK`, …
  case received(String)
}

/// Assembles complete lines from libcurl's fragments, so that a filter for secrets sees whole headers.
///
/// A class, because libcurl's callback accesses it through a pointer during ``HTTPSession/send(_:)``.
final class TraceLineBuffer {
  private let tell: @Sendable (Trace) -> Void
  private var rest: [UInt8] = []

  init(_ tell: @escaping @Sendable (Trace) -> Void) { self.tell = tell }

  func take(_ bytes: UnsafeRawBufferPointer, as kind: (String) -> Trace) {
    rest += bytes
    while let end = rest.firstIndex(of: 0x0a) {
      let line = rest[..<end].last == 0x0d ? rest[..<(end - 1)] : rest[..<end]
      tell(kind(String(decoding: line, as: UTF8.self)))
      rest.removeSubrange(...end)
    }
  }
}
