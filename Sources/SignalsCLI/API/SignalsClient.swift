import Curl
import HTTPContract
import Signals
import SignalsAPI
import StrictJSON

/// The server's resources, one method for each.
struct SignalsClient: ~Copyable {
  private static let maximumBodySize = 16 << 20
  /// Short, because the unit is optional.
  private static let unitTimeout = Duration.seconds(2)

  /// What is looked after while a request waits; nil for telling a person that it does.
  var waitHook: WaitHook?
  private let configuration: ClientConfiguration
  private var session: HTTPSession
  /// For a request with all its tries.
  private var limit: Duration

  init(_ configuration: ClientConfiguration) throws(Failure) {
    var options = SessionOptions()
    options.maximumBodySize = Self.maximumBodySize
    options.tls = configuration.tls
    options.trace = configuration.trace
    // The program ends soon, and within its time-out.
    options.abandonsNameLookups = true
    options.proxy = configuration.proxy
    do {
      session = try HTTPSession(options)
    } catch {
      throw Failure(.failed, "cannot set up libcurl: \(error.description)")
    }
    self.configuration = configuration
    limit = configuration.timeout
  }

  mutating func readings(ofType type: String, limit: Int?, machine: String?) throws(Failure)
    -> APIResponse<[Reading]>
  {
    var query: [(name: String, value: String)] = []
    if let limit { query.append((name: "limit", value: String(limit))) }
    if let machine { query.append((name: "machine", value: machine)) }
    return try send(ReadingsEndpoint.endpoint, [type], query: query)
  }

  mutating func types() throws(Failure) -> APIResponse<[SignalType]> {
    try send(TypesEndpoint.endpoint)
  }

  /// A type's UCUM unit; nil when it has none or cannot be had.
  ///
  /// - Parameter told: What came with its readings; the list of types is asked for without that alone.
  mutating func unit(ofType type: String, told: String?) -> String? {
    if let told { return SignalType.displayed(told) }
    return units()[type]
  }

  /// The UCUM units of those types that have one; empty when they cannot be had.
  mutating func units() -> [String: String] {
    limit = min(configuration.timeout, Self.unitTimeout)
    defer { limit = configuration.timeout }
    let types = (try? types().content()) ?? []
    return Dictionary(types.map { ($0.name, $0.displayedUnit) }) { first, _ in first }
      .compactMapValues(\.self)
  }

  mutating func machines(limit: Int? = nil) throws(Failure) -> APIResponse<[API.Machine]> {
    try send(
      MachinesEndpoint.endpoint, query: limit.map { [(name: "limit", value: "\($0)")] } ?? [])
  }

  /// - Parameter page: Of an answer's ``HTTPResponse/nextPage``.
  mutating func machines(page: String) throws(Failure) -> APIResponse<[API.Machine]> {
    try send(MachinesEndpoint.endpoint, page: page)
  }

  mutating func health() throws(Failure) -> APIResponse<API.Health> {
    try send(ServiceEndpoints.health)
  }

  mutating func producer() throws(Failure) -> APIResponse<API.Producer> {
    try send(ProducerEndpoints.get)
  }

  mutating func startProducer() throws(Failure) -> APIResponse<API.Producer> {
    try send(ProducerEndpoints.start)
  }

  mutating func stopProducer() throws(Failure) -> APIResponse<API.Producer> {
    try send(ProducerEndpoints.stop)
  }

  mutating func changeProducer(_ change: API.ProducerChange) throws(Failure) -> APIResponse<
    API.Producer
  > {
    try send(ProducerEndpoints.change, json: Self.encoded(change))
  }

  mutating func injectFault(_ order: API.FaultRequest) throws(Failure) -> APIResponse<API.Fault> {
    try send(ProducerEndpoints.injectFault, json: Self.encoded(order))
  }

  mutating func scenario() throws(Failure) -> APIResponse<API.Scenario> {
    try send(ProducerEndpoints.getScenario)
  }

  /// - Parameter scenario: In JSON, for the server to check.
  mutating func beginScenario(_ scenario: [UInt8]) throws(Failure) -> APIResponse<API.Scenario> {
    try send(ProducerEndpoints.putScenario, json: scenario)
  }

  mutating func endScenario() throws(Failure) -> APIResponse<API.Scenario> {
    try send(ProducerEndpoints.deleteScenario)
  }

  /// Requests a path of any server at the address, without the token.
  mutating func look(at path: [String]) -> (
    call: RequestContext, result: Result<HTTPResponse, CurlError>
  ) {
    let request = HTTPRequest(
      .get, configuration.base.appending(path), headers: ["User-Agent": "signals-cli/\(version)"])
    let call = RequestContext(request, of: path.last ?? "", configuration)
    let progress = WaitIndicator(waitingFor: configuration.base.authority, on: .standardError)
    defer { progress?.finish() }
    let tries = RetryLimits(retries: 0, limit: limit, waitHook: progress?.waitHook)
    do {
      return (call, .success(try session.send(request, tries: tries)))
    } catch {
      return (call, .failure(error))
    }
  }

  private mutating func send<Content>(
    _ endpoint: Endpoint, _ variables: [String] = [],
    query: [(name: String, value: String)] = [], page: String? = nil, json: [UInt8]? = nil
  ) throws(Failure) -> APIResponse<Content> {
    let path = endpoint.path.filled(with: variables)
    var url = configuration.base.appending(path, query: query)
    if let page {
      do {
        url = try HTTPURL("\(url)?\(page)")
      } catch {
        throw Failure(.failed, "invalid link to the next page: \(error.description)")
      }
    }
    var request = HTTPRequest(
      HTTPRequest.Method(rawValue: endpoint.method.rawValue), url,
      headers: ["User-Agent": "signals-cli/\(version)"])
    if let token = configuration.token {
      request.headers["Authorization"] = "Bearer \(token)"
    }
    if let json {
      request.headers["Content-Type"] = "application/json"
      request.body = json
    }
    let call = RequestContext(request, of: path.last ?? "", configuration)
    let progress =
      waitHook == nil
      ? WaitIndicator(waitingFor: configuration.base.authority, on: .standardError) : nil
    defer { progress?.finish() }
    let tries = RetryLimits(
      retries: configuration.retries, limit: limit, waitHook: waitHook ?? progress?.waitHook)
    let answer: APIResponse<Content>
    do {
      answer = APIResponse(call: call, response: try session.send(request, tries: tries))
    } catch {
      throw Failure(error, during: call)
    }
    guard answer.isResult else { throw Failure(refusal: answer.response, of: call) }
    return answer
  }

  private static func encoded(_ body: some Encodable) throws(Failure) -> [UInt8] {
    do {
      return Array(try JSONValue(encoding: body).description.utf8)
    } catch {
      throw Failure(.failed, "cannot write the request as JSON: \(error)")
    }
  }
}
