internal import HTTPContract
internal import StrictJSON

extension Schemas {
  private static let optionalText: JSONValue = ["type": ["string", "null"]]
  private static let errorCode = integer(API.errorCodes)
  private static let count: JSONValue = ["type": "integer", "minimum": 0]
  private static let seconds: JSONValue = ["type": "number", "minimum": 0.01, "maximum": 86_400]
  private static let secondsRange: JSONValue = [
    "type": "object", "required": ["min", "max"], "additionalProperties": false,
    "properties": ["min": seconds, "max": seconds],
  ]
  /// The divisors of a million, so that readings are evenly spaced in whole microseconds.
  private static let powerRates = JSONValue.array(
    (1...1000).filter { 1_000_000 % $0 == 0 }.map { .integer($0) })
  private static let machineName: JSONValue = [
    "type": "string", "pattern": "^machine-([1-9][0-9]{0,3}|10000)$",
  ]

  private static func integer(
    _ range: ClosedRange<Int>, _ type: JSONValue = "integer"
  ) -> JSONValue {
    [
      "type": type, "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
    ]
  }

  private static func object(_ required: [String], _ properties: JSONValue) -> JSONValue {
    [
      "type": "object", "required": .array(required.map { .string($0) }), "properties": properties,
    ]
  }

  static let producer = object(
    [
      "producer", "state", "blocked_reason", "machines", "seed", "rates", "states",
      "readings_per_second", "readings_written", "batches_written", "watermark", "database",
      "dead_letters", "simulated_through", "ahead_seconds", "last_sequence", "spool",
      "quarantined", "missing", "faults", "scenario", "started_at",
    ],
    [
      "producer": ["type": "string", "format": "uuid"],
      "state": ["enum": ["running", "stopped", "blocked"]],
      "blocked_reason": optionalText,
      "machines": count,
      "seed": count,
      "rates": object(
        ["power_hz", "state_change_seconds", "error_seconds"],
        [
          "power_hz": ["type": "integer"], "state_change_seconds": secondsRange,
          "error_seconds": secondsRange,
        ]),
      "states": ["type": ["object", "null"], "additionalProperties": count],
      "machine_states": [
        "type": "array",
        "items": object(
          ["machine", "state"], ["machine": ["type": "string"], "state": ["type": "string"]]),
      ],
      "readings_per_second": ["type": "number"],
      "readings_written": count,
      "batches_written": count,
      "watermark": [
        "type": ["object", "null"], "required": ["sequence", "through"],
        "properties": ["sequence": count, "through": optionalTimestamp],
      ],
      "database": object(
        ["connected", "last_error", "cause"],
        [
          "connected": ["type": "boolean"], "last_error": optionalText, "cause": optionalText,
        ]),
      "dead_letters": count,
      "simulated_through": optionalTimestamp,
      "ahead_seconds": ["type": ["number", "null"]],
      "last_sequence": count,
      "spool": object(
        [
          "batches", "readings", "bytes", "limit_bytes", "oldest", "kept_batches", "kept_bytes",
        ],
        [
          "batches": count, "readings": count, "bytes": count, "limit_bytes": count,
          "oldest": optionalTimestamp, "kept_batches": count, "kept_bytes": count,
        ]),
      "quarantined": object(
        ["batches", "readings"], ["batches": count, "readings": count]),
      "missing": [
        "type": "array", "items": object(["first", "last"], ["first": count, "last": count]),
      ],
      "faults": array(of: "Fault"),
      "scenario": object(["events", "next"], ["events": count, "next": optionalTimestamp]),
      "started_at": timestamp,
    ])

  private static let optionalRange: JSONValue = [
    "oneOf": [["type": "null"], secondsRange]
  ]

  static let producerChange: JSONValue = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "machines": integer(API.machineCounts, ["integer", "null"]),
      "seed": ["type": ["integer", "null"], "minimum": 0],
      "rates": [
        "type": ["object", "null"], "additionalProperties": false,
        "properties": [
          "power_hz": ["oneOf": [["type": "null"], ["enum": powerRates]]],
          "state_change_seconds": optionalRange, "error_seconds": optionalRange,
        ],
      ],
    ],
  ]

  static let fault = object(
    ["machine", "code", "timestamp", "until"],
    [
      "machine": ["type": "string"],
      "code": errorCode,
      "timestamp": timestamp,
      "until": optionalTimestamp,
    ])

  static let faultRequest: JSONValue = [
    "type": "object", "required": ["machine", "code"], "additionalProperties": false,
    "properties": [
      "machine": ["type": "string"],
      "code": errorCode,
      "stop_seconds": ["type": ["number", "null"], "minimum": 0.01, "maximum": 86_400],
    ],
  ]

  private static func action(_ required: String, _ properties: JSONValue) -> JSONValue {
    [
      "type": "object", "required": [.string(required)], "additionalProperties": false,
      "properties": properties,
    ]
  }

  /// A fault, a stop or a change of load, at a time or a number of seconds after the start of the scenario.
  private static let event: JSONValue = [
    "type": "object", "required": ["machines"], "additionalProperties": false,
    "properties": [
      "at": timestamp,
      "after_seconds": ["type": "number", "minimum": 0, "maximum": 31_536_000],
      "machines": [
        "oneOf": [
          ["const": "all"], ["type": "array", "minItems": 1, "items": machineName],
        ]
      ],
      "fault": action(
        "code",
        [
          "code": errorCode, "stop_seconds": seconds,
        ]),
      "stop": action("seconds", ["seconds": seconds]),
      "load": action(
        "factor",
        ["factor": ["type": "number", "minimum": 0, "maximum": 2], "seconds": seconds]),
    ],
    "allOf": [
      ["oneOf": [["required": ["at"]], ["required": ["after_seconds"]]]],
      ["oneOf": [["required": ["fault"]], ["required": ["stop"]], ["required": ["load"]]]],
    ],
  ]

  static let scenario: JSONValue = [
    "type": "object", "required": ["events"], "additionalProperties": false,
    "properties": ["events": ["type": "array", "maxItems": 1000, "items": event]],
  ]
}
