import Access
import FastCGI
import HTTPContract
import Logging
import Server
import Signals
import SignalsAPI
import Simulation

/// The endpoints of the producer.
enum ProducerHandlers {
  static func table(_ plant: Plant, _ metrics: LaneGroupMetrics) -> EndpointTable {
    EndpointTable(
      [
        GetProducer(plant: plant), ChangeProducer(plant: plant),
        StartMachines(plant: plant), StopMachines(plant: plant), InjectFault(plant: plant),
        GetScenario(plant: plant), PutScenario(plant: plant), DeleteScenario(plant: plant),
        GetProducerMetrics(plant: plant, metrics: metrics),
      ], among: API.endpoints, unknown: (.readProducer, .controlProducer))
  }
}

/// `GET /producer`: what the producer is doing.
struct GetProducer: EndpointHandler {
  let endpoint = ProducerEndpoints.get
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] in plant.response() }
  }
}

/// `PATCH /producer`: changes machines, seed or rates.
struct ChangeProducer: EndpointHandler {
  let endpoint = ProducerEndpoints.change
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    let change = try ControlRequest.decode(ControlRequest.Change.self, call.body)
    return .perform(
      { [plant] () throws(Problem) in
        try plant.changeForGood { plan, _ in try change.apply(to: &plan) }
        return plant.response()
      }, change: ControlRequest.text(change))
  }
}

/// `POST /producer/start`: lets the machines go on.
struct StartMachines: EndpointHandler {
  let endpoint = ProducerEndpoints.start
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] () throws(Problem) in
      try plant.changeForGood { plan, _ in plan.isRunning = true }
      return plant.response()
    }
  }
}

/// `POST /producer/stop`: stops the machines.
struct StopMachines: EndpointHandler {
  let endpoint = ProducerEndpoints.stop
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] () throws(Problem) in
      try plant.changeForGood { plan, _ in plan.isRunning = false }
      return plant.response()
    }
  }
}

/// `POST /producer/faults`: makes a machine report an error.
struct InjectFault: EndpointHandler {
  let endpoint = ProducerEndpoints.injectFault
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    let order = try ControlRequest.decode(ControlRequest.FaultOrder.self, call.body)
    return .perform(
      { [plant] () throws(Problem) in
        var injected: Fault?
        try plant.changeForGood { plan, since in injected = try order.apply(to: &plan, at: since) }
        return Response.json(201) { json in
          if let injected { json.object { Plant.write(injected, &$0) } }
        }
      }, change: ControlRequest.text(order))
  }
}

/// `GET /producer/scenario`: the scenario in effect.
struct GetScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.getScenario
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] in plant.scenarioResponse() }
  }
}

/// `PUT /producer/scenario`: begins a scenario.
struct PutScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.putScenario
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    let order = try ControlRequest.decode(ScenarioOrder.self, call.body)
    return .perform(
      { [plant] () throws(Problem) in
        try plant.changeForGood { plan, since in
          try order.apply(to: &plan)
          plan = plan.begun(at: since)
        }
        return plant.scenarioResponse()
      }, change: ControlRequest.text(order))
  }
}

/// `DELETE /producer/scenario`: ends the scenario.
struct DeleteScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.deleteScenario
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] () throws(Problem) in
      try plant.changeForGood { plan, _ in plan.scenario = Scenario() }
      return plant.scenarioResponse()
    }
  }
}

/// `GET /metrics/producer`: what the producer has done.
struct GetProducerMetrics: EndpointHandler {
  let endpoint = ServiceEndpoints.producerMetrics
  let plant: Plant
  let metrics: LaneGroupMetrics

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] in plant.metrics() }
  }
}

extension Plant {
  /// Changes the plan: it is in the spool before the caller is answered.
  fileprivate func changeForGood(_ change: (inout Plan, Timestamp) throws -> Void) throws(Problem) {
    do {
      try self.change(change)
    } catch let problem as Problem {
      throw problem
    } catch {
      Logger(label: "control").error("the plan could not be changed: \(error)")
      throw Problem(
        503, "the producer cannot write the change into its spool, so nothing has changed",
        headers: [("Retry-After", "5")])
    }
  }
}
