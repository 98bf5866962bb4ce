public import HTTPContract
internal import StrictJSON

/// What the accessor says of itself.
public enum ServiceEndpoints {
  private static let report = [
    Endpoint.Content(
      200, "The service works.", mediaType: "application/health+json",
      schema: OpenAPI.schema("Health")),
    Endpoint.Content(
      503, "Something does not work; the status says what.",
      mediaType: "application/health+json", schema: OpenAPI.schema("Health")),
  ]
  private static let text: JSONValue = ["type": "string"]
  private static let exposition = "text/plain; version=0.0.4; charset=utf-8"

  public static let health = Endpoint(
    .get, "/health", name: "getHealth",
    summary: "Whether the service works, and the age of the newest reading.", contents: report)
  public static let live = Endpoint(
    .get, "/health/live", name: "getLiveness", summary: "Whether the process runs.",
    contents: report)
  public static let ready = Endpoint(
    .get, "/health/ready", name: "getReadiness", summary: "Whether the service can serve.",
    contents: report)
  public static let metrics = Endpoint(
    .get, "/metrics", name: "getMetrics", summary: "The accessor's metrics, for Prometheus.",
    contents: [.init(200, "Metrics.", mediaType: exposition, schema: text)])
  public static let producerMetrics = Endpoint(
    .get, "/metrics/producer", name: "getProducerMetrics",
    summary: "The producer's metrics, for Prometheus.",
    contents: [.init(200, "Metrics.", mediaType: exposition, schema: text)])
  public static let openAPI = Endpoint(
    .get, "/openapi.json", name: "getOpenAPI", summary: "This document.",
    contents: [.init(200, "OpenAPI 3.1.", schema: ["type": "object"])])
}
