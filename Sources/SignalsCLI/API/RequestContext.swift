import Curl

/// A request as a message about it needs it.
struct RequestContext {
  let method: HTTPRequest.Method
  let url: HTTPURL
  /// The last part of the path, as it was given.
  let resource: String
  let hasToken: Bool
  let authorityFile: String?
  let certificateFile: String?
  let timeout: Duration
  /// What it goes through.
  let proxy: Proxy?

  init(_ request: HTTPRequest, of resource: String, _ configuration: ClientConfiguration) {
    self.resource = resource
    method = request.method
    url = request.url
    hasToken = configuration.token != nil
    authorityFile = configuration.authorityFile
    certificateFile = configuration.certificateFile
    timeout = configuration.timeout
    proxy = configuration.proxy
  }
}

extension RequestContext: CustomStringConvertible {
  /// `GET http://127.0.0.1:8080/signals/power`
  var description: String { "\(method.rawValue) \(url)" }
}
