public import StrictJSON

/// A method of a resource, shared by the server, its clients and the documentation.
public struct Endpoint: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// Made when asked for: a client that only sends requests needs no schemas, and starts faster.
  public typealias Lazy<Value> = @Sendable () -> Value

  /// A request body.
  public struct Body: Sendable {
    /// The default maximum size in bytes, the same as in nginx/signals/bodies.conf.
    public static let standardLimit = 65_536

    public let mediaTypes: [String]
    /// The maximum size in bytes, both as received and decompressed.
    public let limit: Int
    /// Whether `Content-Encoding: gzip` is supported.
    public let takesGzip: Bool
    private let makeSchema: Lazy<JSONValue>
    private let makeExample: Lazy<JSONValue>

    public init(
      mediaTypes: [String] = ["application/json"], limit: Int = standardLimit,
      takesGzip: Bool = true, schema: @autoclosure @escaping Lazy<JSONValue>,
      example: @autoclosure @escaping Lazy<JSONValue>
    ) {
      self.mediaTypes = mediaTypes
      self.limit = limit
      self.takesGzip = takesGzip
      makeSchema = schema
      makeExample = example
    }

    public var schema: JSONValue { makeSchema() }
    public var example: JSONValue { makeExample() }
  }

  /// A response body other than a problem document.
  public struct Content: Sendable {
    public let status: Int
    public let description: String
    public let mediaType: String
    private let makeSchema: Lazy<JSONValue>
    private let makeExample: Lazy<JSONValue?>

    public init(
      _ status: Int = 200, _ description: String, mediaType: String = "application/json",
      schema: @autoclosure @escaping Lazy<JSONValue>,
      example: @autoclosure @escaping Lazy<JSONValue?> = nil
    ) {
      self.status = status
      self.description = description
      self.mediaType = mediaType
      makeSchema = schema
      makeExample = example
    }

    public var schema: JSONValue { makeSchema() }
    public var example: JSONValue? { makeExample() }
  }

  public let method: Method
  public let path: PathTemplate
  /// The `operationId`, such as `listMachines`.
  public let name: String
  /// One line of description.
  public let summary: String
  public let description: String?
  /// The path parameters, in path order.
  public let variables: [ParameterDeclaration]
  /// The query parameters.
  public let parameters: [ParameterDeclaration]
  /// The OAuth scope that the caller needs; nil for endpoints open to everyone.
  public let scope: String?
  /// The headers that the handler reads, as FastCGI parameters such as `HTTP_ACCEPT`.
  public let headers: [String]
  public let body: Body?
  public let contents: [Content]
  /// Problem statuses beyond those of every endpoint.
  public let problems: [Int]

  public init(
    _ method: Method, _ path: PathTemplate, name: String, summary: String,
    description: String? = nil, variables: [ParameterDeclaration] = [],
    parameters: [ParameterDeclaration] = [], scope: String? = nil, headers: [String] = [],
    body: Body? = nil, contents: [Content], problems: [Int] = []
  ) {
    precondition(
      path.variables == variables.map(\.name), "undeclared variable in \(path)")
    self.method = method
    self.path = path
    self.name = name
    self.summary = summary
    self.description = description
    self.variables = variables
    self.parameters = parameters
    self.scope = scope
    self.headers = headers
    self.body = body
    self.contents = contents
    self.problems = problems
  }

  /// The accepted HTTP methods.
  public var methods: [String] { method == .get ? ["GET", "HEAD"] : [method.rawValue] }
}
