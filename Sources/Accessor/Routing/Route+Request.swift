import FastCGI

extension Route {
  init(_ request: borrowing Request) {
    self = request.withParameter("REQUEST_METHOD") { method in
      request.withParameter("DOCUMENT_URI") { path in
        request.withParameter("QUERY_STRING") { query in
          Route(method: method, path: path, query: query)
        }
      }
    }
  }

  /// The type that a request names, at most 100 characters of it.
  static func typeName(of request: borrowing Request) -> String {
    request.withParameter("DOCUMENT_URI") { path in
      String(String(decoding: type(inPath: path) ?? path[..<0], as: UTF8.self).prefix(100))
    }
  }
}
