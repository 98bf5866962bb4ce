/// A line of a head on its way, without its end. The corresponding C type is `curl_infotype`.
public enum Trace: Sendable, Hashable {
  /// `GET / HTTP/1.1`, `Authorization: …`; empty at the head's end.
  case sent(String)
  /// `HTTP/1.1 200 OK`, …
  case received(String)
}

/// Makes whole lines of what libcurl tells in pieces, so that whoever hides a header sees all of it.
///
/// A class, as libcurl's callback reaches it through a pointer while ``Session/send(_:)`` waits.
final class Tracing {
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
