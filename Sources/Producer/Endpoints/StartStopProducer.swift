import HTTPContract
import Server
import Simulation

/// `POST /producer/start` and `POST /producer/stop`: starts or stops the machines.
struct StartStopProducer: EndpointHandler {
  let endpoint: Endpoint
  let controller: ProducerController
  let isRunning: Bool

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller, isRunning] _ throws(Problem) in
      try controller.changeDurably { plan, _ in plan.isRunning = isRunning }
      return controller.response()
    }
  }
}
