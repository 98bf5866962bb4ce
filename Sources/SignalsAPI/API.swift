public import HTTPContract
internal import Signals

/// The HTTP API of both services, behind one web server.
public enum API {
  /// The endpoints of the accessor, most requested first.
  public static let accessor: [Endpoint] = [
    ReadingsEndpoint.endpoint, TypesEndpoint.endpoint, MachinesEndpoint.endpoint,
    ServiceEndpoints.health, ServiceEndpoints.live, ServiceEndpoints.ready,
    ServiceEndpoints.metrics,
    ServiceEndpoints.openAPI,
  ]
  /// The endpoints of the producer.
  public static let producer: [Endpoint] =
    ProducerEndpoints.all + [ServiceEndpoints.producerMetrics]
  public static let endpoints = accessor + producer

  /// The OpenAPI document of ``endpoints``.
  public static let openAPI = OpenAPI(
    title: "signals", version: version,
    description: "Query machine telemetry and control the producer.",
    schemas: Schemas.all,
    scopes: [
      ("signals:read", "query readings"), ("producer:read", "read the producer's state"),
      ("producer:control", "control the producer"),
    ],
    optionalScopes: ["signals:read"]
  ).document(endpoints)
}
