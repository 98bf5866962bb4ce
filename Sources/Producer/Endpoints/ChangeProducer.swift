import HTTPContract
import Server
import SignalsAPI

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
