public import HTTPContract
internal import StrictJSON

/// `GET /signals/{type}`
public enum ReadingsEndpoint {
  /// The header with the type's unit, in UCUM.
  public static let unitHeader = "Signal-Unit"

  public static let type = Parameter<String?>.text(
    "type", length: 1...63, pattern: "^[a-z0-9_]+$", example: "power",
    help: "The name of a signal type.")
  public static let limit = Parameter<Int>.integer(
    "limit", in: 1...1000, default: 10, help: "The maximum number of readings.")
  public static let machine = Parameter<String?>.text(
    "machine", length: 1...100, example: "machine-1", help: "Only readings of this machine.")

  public static let endpoint = Endpoint(
    .get, "/signals/{type}", name: "listReadings",
    summary: "List the newest readings of a type, newest first.",
    description:
      "Readings are as of the request's arrival. The header `Signal-Unit` holds the type's unit (UCUM).",
    variables: [type.declaration], parameters: [limit.declaration, machine.declaration],
    scope: "signals:read",
    contents: [
      .init(
        200, "Readings, newest first.", schema: Schemas.array(of: "Reading"),
        example: [
          [
            "id": 3990, "signal_type": "power", "value": 231.5,
            "timestamp": "2026-11-24T10:00:00.123456Z", "machine": "machine-1",
          ]
        ])
    ],
    problems: [404])
}

/// `GET /signals`
public enum TypesEndpoint {
  public static let endpoint = Endpoint(
    .get, "/signals", name: "listTypes", summary: "List the signal types.", scope: "signals:read",
    contents: [
      .init(
        200, "The signal types, by name.", schema: Schemas.array(of: "SignalType"),
        example: [["name": "power", "unit": "W", "description": "Electrical power drawn."]])
    ])
}
