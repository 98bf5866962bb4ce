public import HTTPContract
internal import StrictJSON

/// `GET /machines`
public enum MachinesEndpoint {
  public static let limit = Parameter<Int>.integer(
    "limit", in: 1...1000, default: 100, help: "Maximum number of machines.")
  public static let after = Parameter<String?>.text(
    "after", length: 1...100, example: "machine-1",
    help: "Return only machines whose names sort after this one.")

  public static let endpoint = Endpoint(
    .get, "/machines", name: "listMachines",
    summary: "List machines by name, with their state and newest values.",
    description: """
      Names sort by their bytes. If there are more machines, the `Link` header points to the next \
      page (`rel="next"`). Times and ages use the database clock. A machine is silent if it has no \
      reading newer than `SILENT_AFTER` (10 s by default). Readings more than a second ahead of that \
      clock are ignored.
      """,
    parameters: [limit.declaration, after.declaration], scope: "signals:read",
    contents: [
      .init(
        200, "Machines by name.", schema: Schemas.array(of: "Machine"),
        example: [
          [
            "name": "machine-1", "first_seen": "2026-11-01T06:00:00.000000Z",
            "last_seen": "2026-11-24T10:00:00.123456Z", "silent": false, "state": 1,
            "newest": [
              "power": [
                "value": 231.5, "timestamp": "2026-11-24T10:00:00.123456Z", "age_seconds": 0.052,
              ],
              "state_change": [
                "value": 1, "timestamp": "2026-11-24T09:41:12.500000Z", "age_seconds": 1127.675456,
              ],
            ],
          ]
        ])
    ])
}

extension Schemas {
  static let machine: JSONValue = [
    "type": "object",
    "required": ["name", "first_seen", "last_seen", "silent", "state", "newest"],
    "properties": [
      "name": ["type": "string"],
      "first_seen": optionalTimestamp,
      "last_seen": optionalTimestamp,
      "silent": ["type": "boolean"],
      "state": [
        "type": ["number", "null"], "description": "The newest value of `state_change`.",
      ],
      "newest": [
        "type": "object",
        "description": "By type; types that the machine never had are absent.",
        "additionalProperties": [
          "type": "object",
          "required": ["value", "timestamp", "age_seconds"],
          "properties": [
            "value": ["type": "number", "description": "In the unit of the type."],
            "timestamp": timestamp,
            "age_seconds": [
              "type": "number",
              "description": "Negative for a reading up to a second ahead of the clock.",
            ],
          ],
        ],
      ],
    ],
  ]
}
