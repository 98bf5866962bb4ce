import FastCGI
import FoundationEssentials
import Server
import Simulation

extension ProducerController {
  /// The scenario as JSON, suitable for `PUT /producer/scenario`.
  func scenarioResponse() -> RenderedResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // It was decoded from JSON.
    let json = try! encoder.encode(timeline.current.scenario)
    return Response(
      status: 200, contentType: "application/json", headers: [("Cache-Control", "no-store")],
      body: Array(json)
    ).rendered()
  }
}
