public import StrictJSON

/// Generates an OpenAPI 3.1 document from declared endpoints.
///
/// See https://spec.openapis.org/oas/v3.1.0.
public struct OpenAPI: Sendable {
  public let title: String
  public let version: String
  public let description: String
  /// Schemas that endpoints refer to as `#/components/schemas/NAME`.
  public let schemas: [JSONValue.Member]
  /// The scopes and what they allow.
  public let scopes: [(name: String, meaning: String)]
  /// Scopes that a site may grant without credentials.
  public let optionalScopes: Set<String>

  public init(
    title: String, version: String, description: String, schemas: [JSONValue.Member],
    scopes: [(name: String, meaning: String)], optionalScopes: Set<String> = []
  ) {
    self.title = title
    self.version = version
    self.description = description
    self.schemas = schemas
    self.scopes = scopes
    self.optionalScopes = optionalScopes
  }

  /// A reference to one of ``schemas``.
  public static func schema(_ name: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(name)")]
  }

  /// The document.
  public func document(_ endpoints: [Endpoint]) -> JSONValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": .string(title), "version": .string(version), "description": .string(description),
      ],
      "servers": [["url": "/"]],
      "paths": .object(paths(endpoints)),
      "components": [
        "schemas": .object(schemas + [.init("Problem", OpenAPI.problem)]),
        "responses": ["Problem": OpenAPI.problemResponse],
        "securitySchemes": [
          "token": [
            "type": "http", "scheme": "bearer",
            "description": .string(
              "A signed token (JWT) or the control token. Scopes: "
                + scopes.map { "`\($0.name)` (\($0.meaning))" }.joined(separator: ", ") + "."),
          ],
          "certificate": [
            "type": "mutualTLS", "description": "A client certificate known to the site.",
          ],
        ],
      ],
    ]
  }

  /// RFC 9457.
  private static let problem: JSONValue = [
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": [
      "type": ["type": "string", "format": "uri-reference"],
      "title": ["type": "string"],
      "status": ["type": "integer", "minimum": 400, "maximum": 599],
      "detail": ["type": "string", "description": "What is wrong and what is expected."],
      "instance": ["type": "string", "format": "uri-reference"],
      "request_id": ["type": "string"],
      "cause": ["type": "string", "description": "A machine-readable cause of the failure."],
      "known_types": ["type": "array", "items": ["type": "string"]],
      "known_machines": ["type": "array", "items": ["type": "string"]],
    ],
  ]

  private static let problemResponse: JSONValue = [
    "description": "A problem document.",
    "content": ["application/problem+json": ["schema": schema("Problem")]],
  ]

  private func paths(_ endpoints: [Endpoint]) -> [JSONValue.Member] {
    var order: [PathTemplate] = []
    var operations: [PathTemplate: [JSONValue.Member]] = [:]
    for endpoint in endpoints {
      if operations[endpoint.path] == nil { order.append(endpoint.path) }
      operations[endpoint.path, default: []].append(
        .init(endpoint.method.rawValue.lowercased(), operation(endpoint)))
    }
    return order.map { .init($0.description, .object(operations[$0] ?? [])) }
  }

  private func operation(_ endpoint: Endpoint) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("operationId", .string(endpoint.name)), .init("summary", .string(endpoint.summary)),
    ]
    if let text = endpoint.description { members.append(.init("description", .string(text))) }
    if let scope = endpoint.scope {
      // No credentials are required where the site allows anonymous reads.
      let alternatives: [JSONValue] = [["token": []], ["certificate": []]]
      let isOptional = optionalScopes.contains(scope)
      members.append(.init("security", .array(alternatives + (isOptional ? [[:]] : []))))
      members.append(.init("x-scope", .string(scope)))
    } else {
      members.append(.init("security", .array([])))
    }
    let parameters =
      endpoint.variables.map { OpenAPI.parameter($0, in: "path") }
      + endpoint.parameters.map { OpenAPI.parameter($0, in: "query") }
    if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
    if let body = endpoint.body {
      members.append(
        .init(
          "requestBody",
          [
            "description": .string(OpenAPI.description(of: body)),
            "required": true,
            "content": .object(
              body.mediaTypes.map { type in
                .init(type, ["schema": body.schema, "example": body.example])
              }),
          ]))
    }
    members.append(.init("responses", .object(responses(endpoint))))
    return .object(members)
  }

  private static func description(of body: Endpoint.Body) -> String {
    let bound = "At most \(body.limit) bytes"
    return body.takesGzip
      ? "\(bound), also when decompressed; may be sent with `Content-Encoding: gzip`." : "\(bound)."
  }

  private static func parameter(_ parameter: ParameterDeclaration, in place: String) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(parameter.name)), .init("in", .string(place)),
      .init("description", .string(parameter.help)),
    ]
    if place == "path" { members.append(.init("required", true)) }
    members.append(.init("schema", parameter.schema))
    if let example = parameter.example { members.append(.init("example", example)) }
    return .object(members)
  }

  private func responses(_ endpoint: Endpoint) -> [JSONValue.Member] {
    let contents = endpoint.contents.map { content in
      var media: [JSONValue.Member] = [.init("schema", content.schema)]
      if let example = content.example { media.append(.init("example", example)) }
      return JSONValue.Member(
        "\(content.status)",
        [
          "description": .string(content.description),
          "content": .object([.init(content.mediaType, .object(media))]),
        ])
    }
    var problems: Set<Int> = [400, 429, 500, 503]
    problems.formUnion(endpoint.problems)
    if endpoint.scope != nil { problems.formUnion([401, 403]) }
    if endpoint.body != nil { problems.formUnion([413, 415]) }
    for content in endpoint.contents { problems.remove(content.status) }
    return contents
      + problems.sorted().map {
        .init("\($0)", ["$ref": "#/components/responses/Problem"])
      }
  }
}
