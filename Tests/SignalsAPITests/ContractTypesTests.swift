import HTTPContract
import SignalsAPI
import StrictJSON
import TestSupport
import Testing

/// The types that programs use and the schemas that `/openapi.json` publishes are one contract: neither
/// has what the other has not.
@Suite struct ContractTypesTests {
  private static let schemas = API.openAPI["components"]?["schemas"] ?? .null

  @Test func everySchemaHasAType() {
    #expect(Set(Self.schemas.members.map(\.name)) == Set(Sample.all.map(\.schema)))
  }

  @Test(arguments: Sample.all) func whatIsReadIsWrittenAgain(_ sample: Sample) throws {
    #expect(try sample.written(sample.full) == sample.full)
    #expect(try sample.written(sample.least) == sample.least)
  }

  @Test(arguments: Sample.all) func theSchemaHasTheMembersOfTheType(_ sample: Sample) {
    func compare(_ schema: JSONValue, _ values: [JSONValue], _ path: String) {
      let schema = resolved(schema)
      for alternative in schema["oneOf"]?.elements ?? [] { compare(alternative, values, path) }
      if let properties = schema["properties"] {
        let objects = values.filter { !$0.members.isEmpty }
        #expect(
          Set(objects.flatMap(\.members).map(\.name)) == Set(properties.members.map(\.name)),
          "\(path)")
        for property in properties.members {
          compare(
            property.value, objects.compactMap { $0[property.name] }, "\(path).\(property.name)")
        }
      }
      if let items = schema["items"] { compare(items, values.flatMap(\.elements), "\(path)[]") }
      if let others = schema["additionalProperties"], !others.members.isEmpty {
        compare(others, values.flatMap(\.members).map(\.value), "\(path).*")
      }
    }
    compare(OpenAPI.schema(sample.schema), [sample.full], sample.schema)
  }

  @Test(arguments: Sample.all) func whatIsNotRequiredMayBeMissing(_ sample: Sample) throws {
    visit(sample) { object, schema, path, place in
      let required = schema["required"]?.elements ?? []
      for member in object.members where !required.contains(.string(member.name)) {
        var other = object
        other[member.name] = nil
        #expect(throws: Never.self, "\(path) without \(member.name)") {
          try sample.written(place(other))
        }
      }
    }
  }

  @Test(arguments: Sample.all)
  func whatIsUnknownIsPassedOverInAnswersAlone(_ sample: Sample) throws {
    visit(sample) { object, schema, path, place in
      var other = object
      other["of_a_later_release"] = 1
      let isRead = (try? sample.written(place(other))) != nil
      #expect(isRead == !sample.isRequest, "\(path)")
      #expect(!sample.isRequest || schema["additionalProperties"] == false, "\(path)")
    }
  }

  @Test func examplesAreOfTheirTypes() throws {
    for (schema, example) in Self.examples {
      let name = try #require((schema["items"] ?? schema)["$ref"]?.text?.split(separator: "/").last)
      let sample = try #require(Sample.all.first { $0.schema == name })
      for value in schema["items"] == nil ? [example] : example.elements {
        #expect(try sample.written(value) == value)
      }
    }
  }

  /// By another's reading of JSON Schema: what the types write is valid, whatever may be left out of it.
  @Test func whatTheTypesWriteIsValid() throws {
    let cases =
      Sample.all.flatMap { sample in
        [sample.full, sample.least].map { (OpenAPI.schema(sample.schema), $0) }
      } + Self.examples
    let input: JSONValue = [
      "components": API.openAPI["components"] ?? .null,
      "cases": .array(cases.map { ["schema": $0.0, "value": $0.1] }),
    ]
    let program = """
      import json, sys
      from jsonschema import Draft202012Validator, FormatChecker
      given = json.load(sys.stdin)
      for case in given["cases"]:
          schema = dict(case["schema"], components=given["components"])
          for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(case["value"]):
              print(case["schema"], error.json_path, error.message)
      """
    let outcome = try ChildProcess.run(
      ChildProcess.python("python3"), ["-c", program], input: input.description)
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private static var examples: [(JSONValue, JSONValue)] {
    API.endpoints.flatMap { endpoint in
      (endpoint.body.map { [($0.schema, $0.example)] } ?? [])
        + endpoint.contents.compactMap { content in content.example.map { (content.schema, $0) } }
    }
  }

  private func resolved(_ schema: JSONValue) -> JSONValue {
    guard let name = schema["$ref"]?.text?.split(separator: "/").last else { return schema }
    return Self.schemas[String(name)] ?? .null
  }

  /// Goes through the objects of a sample that have a schema.
  ///
  /// - Parameter body: Is given an object, its schema, its path, and the whole with another in its place.
  private func visit(
    _ sample: Sample, _ body: (JSONValue, JSONValue, String, (JSONValue) -> JSONValue) -> Void
  ) {
    func visit(
      _ value: JSONValue, _ schema: JSONValue, _ path: String,
      _ place: @escaping (JSONValue) -> JSONValue
    ) {
      let schema = resolved(schema)
      for alternative in schema["oneOf"]?.elements ?? [] { visit(value, alternative, path, place) }
      for (index, element) in value.elements.enumerated() {
        guard let items = schema["items"] else { break }
        visit(element, items, "\(path)[\(index)]") { other in
          var elements = value.elements
          elements[index] = other
          return place(.array(elements))
        }
      }
      if schema["properties"] != nil, !value.members.isEmpty { body(value, schema, path, place) }
      for member in value.members {
        guard let inner = schema["properties"]?[member.name] ?? schema["additionalProperties"]
        else { continue }
        visit(member.value, inner, "\(path).\(member.name)") { other in
          var object = value
          object[member.name] = other
          return place(object)
        }
      }
    }
    visit(sample.full, OpenAPI.schema(sample.schema), sample.schema) { $0 }
  }
}

extension JSONValue {
  fileprivate var members: [Member] { if case .object(let members) = self { members } else { [] } }
  fileprivate var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
