import Access
import FastCGI
import FoundationEssentials
import Service

/// A call of the control endpoint: what is asked, and from where.
struct ControlCall {
  let method: String
  let path: String
  let query: String
  let contentType: String
  let body: [UInt8]
  /// Why the body was not taken; nil when it was.
  let bodyRefusal: BodyRefusal?
  /// The address, as the web server sees it.
  let address: String
  let requestID: String

  init(_ request: borrowing Request) {
    method = request.parameter("REQUEST_METHOD") ?? ""
    path = request.parameter("DOCUMENT_URI") ?? ""
    query = request.parameter("QUERY_STRING") ?? ""
    contentType = request.parameter("CONTENT_TYPE") ?? ""
    do throws(BodyRefusal) {
      body = try request.body
      bodyRefusal = nil
    } catch {
      body = []
      bodyRefusal = error
    }
    address = request.parameter("REMOTE_ADDR") ?? "?"
    requestID = request.parameter("REQUEST_ID") ?? "?"
  }

  /// What whoever calls has to have.
  var scope: Scopes { isReading ? .readProducer : .controlProducer }

  var isReading: Bool { method == "GET" || method == "HEAD" }

  /// Reads the body as JSON.
  ///
  /// - Parameter change: Set to what it was understood as, for the audit.
  func decode<T: Codable>(_ type: T.Type, noting change: inout String?) throws(Problem) -> T {
    let media = contentType.prefix { $0 != ";" }.lowercased()
    guard media.isEmpty || media == "application/json" else {
      throw Problem(415, "the body is \(media.prefix(100)); accepted is application/json")
    }
    let order = try ControlRequest.decode(type, body)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    change = (try? encoder.encode(order)).map { String(decoding: $0, as: UTF8.self) }
    return order
  }
}
