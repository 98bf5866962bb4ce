public import HTTPContract
internal import StrictJSON

/// Health, metrics and documentation endpoints.
public enum ServiceEndpoints {
  private static let report = [
    Endpoint.Content(
      200, "Healthy.", mediaType: "application/health+json",
      schema: OpenAPI.schema("Health")),
    Endpoint.Content(
      503, "Unhealthy; the status tells why.",
      mediaType: "application/health+json", schema: OpenAPI.schema("Health")),
  ]
  private static let text: JSONValue = ["type": "string"]
  private static let exposition = "text/plain; version=0.0.4; charset=utf-8"

  public static let health = Endpoint(
    .get, "/health", name: "getHealth",
    summary: "Check the service and the age of the newest reading.", contents: report)
  public static let live = Endpoint(
    .get, "/health/live", name: "getLiveness", summary: "Check that the process is running.",
    contents: report)
  public static let ready = Endpoint(
    .get, "/health/ready", name: "getReadiness",
    summary: "Check that the service can answer requests.", contents: report)
  public static let metrics = Endpoint(
    .get, "/metrics", name: "getMetrics", summary: "Get the accessor's metrics, for Prometheus.",
    contents: [.init(200, "Metrics.", mediaType: exposition, schema: text)])
  public static let producerMetrics = Endpoint(
    .get, "/metrics/producer", name: "getProducerMetrics",
    summary: "Get the producer's metrics, for Prometheus.",
    contents: [.init(200, "Metrics.", mediaType: exposition, schema: text)])
  public static let openAPI = Endpoint(
    .get, "/openapi.json", name: "getOpenAPI", summary: "Get this document.",
    contents: [.init(200, "OpenAPI 3.1.", schema: ["type": "object"])])
}
