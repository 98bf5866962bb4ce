import HTTPContract
import Server
import Simulation

/// `POST /producer/start` and `POST /producer/stop`: starts or stops the machines.
struct SwitchMachines: EndpointHandler {
  let endpoint: Endpoint
  let plant: Plant
  let isRunning: Bool

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant, isRunning] _ throws(Problem) in
      try plant.changeForGood { plan, _ in plan.isRunning = isRunning }
      return plant.response()
    }
  }
}
