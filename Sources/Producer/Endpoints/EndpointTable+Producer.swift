import Access
import Server
import SignalsAPI

extension EndpointTable {
  /// The endpoints of the producer.
  static func producer(_ plant: Plant, _ metrics: LaneGroupMetrics) -> EndpointTable {
    EndpointTable(
      [
        GetProducer(plant: plant), ChangeProducer(plant: plant),
        SwitchMachines(endpoint: ProducerEndpoints.start, plant: plant, isRunning: true),
        SwitchMachines(endpoint: ProducerEndpoints.stop, plant: plant, isRunning: false),
        InjectFault(plant: plant), GetScenario(plant: plant), PutScenario(plant: plant),
        DeleteScenario(plant: plant), GetProducerMetrics(plant: plant, metrics: metrics),
      ], among: API.endpoints, unknown: (.readProducer, .controlProducer))
  }
}
