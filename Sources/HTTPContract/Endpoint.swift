public import StrictJSON

/// A method of a resource, as the server that has it, its clients and its documentation share it.
public struct Endpoint: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// What a request brings.
  public struct Body: Sendable {
    public let mediaTypes: [String]
    /// The most bytes that it may have.
    public let limit: Int
    public let schema: JSONValue
    public let example: JSONValue

    public init(
      mediaTypes: [String] = ["application/json"], limit: Int = 65_536, schema: JSONValue,
      example: JSONValue
    ) {
      self.mediaTypes = mediaTypes
      self.limit = limit
      self.schema = schema
      self.example = example
    }
  }

  /// What an answer other than a problem document holds.
  public struct Content: Sendable {
    public let status: Int
    public let description: String
    public let mediaType: String
    public let schema: JSONValue
    public let example: JSONValue?

    public init(
      _ status: Int = 200, _ description: String, mediaType: String = "application/json",
      schema: JSONValue, example: JSONValue? = nil
    ) {
      self.status = status
      self.description = description
      self.mediaType = mediaType
      self.schema = schema
      self.example = example
    }
  }

  public let method: Method
  public let path: PathTemplate
  /// Its `operationId`, as in `listMachines`.
  public let name: String
  /// One line for people.
  public let summary: String
  public let description: String?
  /// Those in the path, in its order.
  public let variables: [ParameterDeclaration]
  /// Those in the query.
  public let parameters: [ParameterDeclaration]
  /// The OAuth scope that a caller needs; nil for what anybody may ask whom the web server admits.
  public let scope: String?
  /// The headers that the handler reads, by their FastCGI parameter, as in `HTTP_ACCEPT`.
  public let headers: [String]
  public let body: Body?
  public let contents: [Content]
  /// The statuses of problem documents that it gives beside those that every endpoint may give.
  public let problems: [Int]

  public init(
    _ method: Method, _ path: PathTemplate, name: String, summary: String,
    description: String? = nil, variables: [ParameterDeclaration] = [],
    parameters: [ParameterDeclaration] = [], scope: String? = nil, headers: [String] = [],
    body: Body? = nil, contents: [Content], problems: [Int] = []
  ) {
    precondition(
      path.variables == variables.map(\.name), "a variable of \(path) is not declared")
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

  /// The methods under which it is to be had.
  public var methods: [String] { method == .get ? ["GET", "HEAD"] : [method.rawValue] }
}
