public import HTTPContract
internal import StrictJSON

/// The producer's control endpoint.
public enum ProducerEndpoints {
  private static let state = [
    Endpoint.Content(200, "The producer's state.", schema: OpenAPI.schema("Producer"))
  ]
  private static let scenarioContent = [
    Endpoint.Content(200, "The scenario in effect.", schema: OpenAPI.schema("Scenario"))
  ]
  private static let reading = "producer:read"
  private static let control = "producer:control"
  private static let contentType = ["CONTENT_TYPE"]

  public static let get = Endpoint(
    .get, "/producer", name: "getProducer", summary: "Get the producer's state.",
    scope: reading, contents: state)
  public static let change = Endpoint(
    .patch, "/producer", name: "changeProducer", summary: "Change the machines, seed or rates.",
    scope: control, headers: contentType,
    body: .init(
      schema: OpenAPI.schema("ProducerChange"),
      example: ["machines": 4, "rates": ["power_hz": 50]]),
    contents: state)
  public static let start = Endpoint(
    .post, "/producer/start", name: "startProducer", summary: "Start the machines.",
    scope: control, contents: state)
  public static let stop = Endpoint(
    .post, "/producer/stop", name: "stopProducer", summary: "Stop the machines.",
    scope: control, contents: state)
  public static let injectFault = Endpoint(
    .post, "/producer/faults", name: "injectFault",
    summary: "Inject an error into a machine, optionally stopping it.",
    scope: control, headers: contentType,
    body: .init(
      schema: OpenAPI.schema("FaultRequest"),
      example: ["machine": "machine-1", "code": 42, "stop_seconds": 10]),
    contents: [.init(201, "The injected fault.", schema: OpenAPI.schema("Fault"))], problems: [409])
  public static let getScenario = Endpoint(
    .get, "/producer/scenario", name: "getScenario", summary: "Get the scenario in effect.",
    scope: reading, contents: scenarioContent)
  public static let putScenario = Endpoint(
    .put, "/producer/scenario", name: "putScenario", summary: "Start a scenario.",
    scope: control, headers: contentType,
    body: .init(
      schema: OpenAPI.schema("Scenario"),
      example: [
        "events": [
          ["after_seconds": 60, "machines": "all", "load": ["factor": 0.5, "seconds": 300]]
        ]
      ]),
    contents: scenarioContent)
  public static let deleteScenario = Endpoint(
    .delete, "/producer/scenario", name: "deleteScenario", summary: "End the scenario.",
    scope: control, contents: scenarioContent)

  static let all = [
    get, change, start, stop, injectFault, getScenario, putScenario, deleteScenario,
  ]
}
