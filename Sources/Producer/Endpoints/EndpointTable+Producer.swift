import Access
import Server
import SignalsAPI

extension EndpointTable {
  /// The endpoints of the producer.
  static func producer(_ controller: ProducerController, _ metrics: LaneGroupMetrics)
    -> EndpointTable
  {
    EndpointTable(
      [
        GetProducer(controller: controller), ChangeProducer(controller: controller),
        StartStopProducer(
          endpoint: ProducerEndpoints.start, controller: controller, isRunning: true),
        StartStopProducer(
          endpoint: ProducerEndpoints.stop, controller: controller, isRunning: false),
        InjectFault(controller: controller), GetScenario(controller: controller),
        PutScenario(controller: controller),
        DeleteScenario(controller: controller),
        GetProducerMetrics(controller: controller, metrics: metrics),
      ], among: API.endpoints, unknown: (.readProducer, .controlProducer))
  }
}
