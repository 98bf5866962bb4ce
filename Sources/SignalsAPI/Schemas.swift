internal import HTTPContract
internal import StrictJSON

/// The schemas of the API.
enum Schemas {
  static let timestamp: JSONValue = [
    "type": "string", "format": "date-time",
    "description": "RFC 3339, UTC, with microseconds.",
  ]
  static let optionalTimestamp: JSONValue = [
    "type": ["string", "null"], "format": "date-time",
    "description": "RFC 3339, UTC, with microseconds.",
  ]

  static let reading: JSONValue = [
    "type": "object",
    "required": ["id", "signal_type", "value", "timestamp", "machine"],
    "properties": [
      "id": ["type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991],
      "signal_type": ["type": "string"],
      "value": ["type": "number", "description": "In the type's unit."],
      "timestamp": timestamp,
      "machine": ["type": "string"],
    ],
  ]

  static let signalType: JSONValue = [
    "type": "object",
    "required": ["name", "unit", "description"],
    "properties": [
      "name": ["type": "string", "pattern": "^[a-z0-9_]{1,63}$"],
      "unit": ["type": "string", "description": "UCUM; \"1\" if dimensionless."],
      "description": ["type": "string"],
    ],
  ]

  static let health: JSONValue = [
    "type": "object",
    "description": "A health report (application/health+json).",
    "required": ["status", "version", "serviceId", "checks"],
    "properties": [
      "status": ["type": "string"],
      "cause": ["type": "string", "description": "Machine-readable cause of a failure."],
      "version": ["type": "string"],
      "serviceId": ["type": "string"],
      "checks": [
        "type": "object",
        "additionalProperties": [
          "type": "array",
          "items": [
            "type": "object",
            "required": ["componentType", "status", "time"],
            "properties": [
              "componentType": ["type": "string"],
              "status": ["enum": ["pass", "warn", "fail"]],
              "observedValue": ["type": ["number", "null"]],
              "observedUnit": ["type": "string"],
              "output": ["type": "string"],
              "time": timestamp,
            ],
          ],
        ],
      ],
    ],
  ]

  /// The schemas that endpoints refer to.
  static let all: [JSONValue.Member] = [
    .init("Reading", reading), .init("SignalType", signalType), .init("Machine", machine),
    .init("Health", health),
    .init("Producer", producer), .init("ProducerChange", producerChange),
    .init("Fault", fault), .init("FaultRequest", faultRequest), .init("Scenario", scenario),
  ]

  static func array(of name: String) -> JSONValue {
    ["type": "array", "items": OpenAPI.schema(name)]
  }
}
