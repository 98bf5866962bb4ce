import TestSupport
import Testing

/// Expects a problem of RFC 9457 with what every problem of ours has; nil stands for any text.
func expectProblem(
  _ answer: NginxServer.Answer, status: Int, title: String? = nil, instance: String? = nil,
  at location: SourceLocation = #_sourceLocation
) throws {
  #expect(answer.status == status, sourceLocation: location)
  #expect(
    answer.headers["content-type"] == ["application/problem+json"], sourceLocation: location)
  #expect(answer.headers["x-content-type-options"] == ["nosniff"], sourceLocation: location)
  let problem = try #require(
    answer.json as? [String: Any], "\(answer.body)", sourceLocation: location)
  #expect(problem["type"] as? String == "about:blank", sourceLocation: location)
  #expect(problem["status"] as? Int == status, sourceLocation: location)
  #expect(problem["detail"] is String, sourceLocation: location)
  let id = try #require(problem["request_id"] as? String, sourceLocation: location)
  #expect(answer.headers["x-request-id"] == [id], sourceLocation: location)
  if let title { #expect(problem["title"] as? String == title, sourceLocation: location) }
  if let instance {
    #expect(problem["instance"] as? String == instance, sourceLocation: location)
  }
}
