import FastCGI
import Postgres
import Service
import SignalStore
import Signals

/// The bodies of what the accessor answers.
enum Answers {
  /// `GET /signals/{type}`, or why there is nothing to list.
  static func newest(
    _ readings: borrowing NewestReadings, type: String, _ timing: ServerTiming
  ) -> RenderedResponse {
    var json = JSONWriter()
    json.array { array in
      for row in 0..<readings.count {
        array.object { object in
          object.key("id")
          object.id(readings.id(row))
          object.key("signal_type")
          object.string(type)
          object.key("value")
          object.number(readings.value(row))
          object.key("timestamp")
          object.timestamp(readings.time(row))
          object.key("machine")
          readings.withMachine(row) { object.string($0) }
        }
      }
    }
    return response(json, timing)
  }

  /// `GET /signals`.
  static func types(_ types: [SignalType], _ timing: ServerTiming) -> RenderedResponse {
    var json = JSONWriter()
    json.array { array in
      for type in types {
        array.object {
          $0.key("name")
          $0.string(type.name)
          $0.key("unit")
          $0.string(type.unit)
          $0.key("description")
          $0.string(type.description)
        }
      }
    }
    return response(json, timing)
  }

  private static func response(_ json: JSONWriter, _ timing: ServerTiming) -> RenderedResponse {
    Response(
      status: 200, contentType: "application/json",
      headers: [("Cache-Control", "no-store"), ("Server-Timing", timing.header(at: .now))],
      body: json.bytes
    ).rendered()
  }
}
