public import HTTPContract
internal import Signals

/// The HTTP API of the system, of both services behind one web server.
public enum API {
  /// What the accessor serves; what is asked for most comes first.
  public static let accessor: [Endpoint] = [
    ReadingsEndpoint.endpoint, TypesEndpoint.endpoint, ServiceEndpoints.health,
    ServiceEndpoints.live, ServiceEndpoints.ready, ServiceEndpoints.metrics,
    ServiceEndpoints.openAPI,
  ]
  /// What the producer serves.
  public static let producer: [Endpoint] =
    ProducerEndpoints.all + [ServiceEndpoints.producerMetrics]
  public static let endpoints = accessor + producer

  /// The OpenAPI document of ``endpoints``.
  public static let openAPI = OpenAPI(
    title: "signals", version: version,
    description: "Readings of machines, and control of the machines that are simulated.",
    schemas: Schemas.all,
    scopes: [
      ("signals:read", "query readings"), ("producer:read", "read the producer's state"),
      ("producer:control", "control the producer"),
    ],
    optionalScopes: ["signals:read"]
  ).document(endpoints)
}
