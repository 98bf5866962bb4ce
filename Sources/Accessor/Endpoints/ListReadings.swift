import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore
import SignalsAPI
import Time

/// `GET /signals/{type}`: the newest readings of a type, newest first.
struct ListReadings: EndpointHandler {
  let endpoint = ReadingsEndpoint.endpoint
  let isDeterminedByTarget = true

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    let type = call.variable(ReadingsEndpoint.type)
    // Not a valid type name: no need to query for it.
    guard ListReadings.isTypeName(type) else { return .ask(ListTypes.naming(unknown: type)) }
    let limit = call[ReadingsEndpoint.limit]
    let machine = call[ReadingsEndpoint.machine]
    var parameters = Parameters()
    parameters.append(type)
    parameters.append(Int64(limit))
    if let machine { parameters.append(machine) }
    let statement = machine == nil ? ReadingQueries.newest : ReadingQueries.newestOfMachine
    let spec = QuerySpec(
      statement, parameters, workload: Workloads.newest,
      cost: CostClass(statement, subject: type, rows: limit),
      lookBack: LookBack { ListReadings.reach($0, limit) })
    return .ask(
      Query(spec, variant: 0) { ListReadings.outcome($0, $1, type: type, machine: machine) })
  }

  private static func reach(_ rows: borrowing QueryResult, _ limit: Int) -> LookBack.Reach {
    if NewestReadings.emptyReason(rows) != nil { return .unknown }
    guard NewestReadings.count(rows) == limit else { return .short }
    return .back(to: NewestReadings.time(rows, limit - 1).microseconds)
  }

  private static func outcome(
    _ rows: borrowing QueryResult, _ timing: ServerTiming, type: String, machine: String?
  ) -> Query.Outcome {
    switch NewestReadings.emptyReason(rows) {
    case .unknownType: .ask(ListTypes.naming(unknown: type))
    case .unknownMachine: .ask(naming(unknown: machine ?? ""))
    case nil:
      .reply(
        Response.json(timing, headers: headers(unit: NewestReadings.unit(rows))) { json in
          write(rows, type: type, &json)
        })
    }
  }

  /// The unit, which saves clients another request. UCUM is printable ASCII; anything else in the table is
  /// not valid in a header.
  private static func headers(unit: String) -> [(name: String, value: String)] {
    let isHeader = !unit.isEmpty && unit.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isHeader ? [(ReadingsEndpoint.unitHeader, unit)] : []
  }

  /// The query for a 404 that suggests known machines.
  private static func naming(unknown name: String) -> Query {
    let spec = QuerySpec(
      ReadingQueries.machines, Parameters(name), workload: Workloads.newest)
    return Query(spec) { rows, _ in
      let machines = ReadingQueries.machines(in: rows)
      let areAll = machines.count < ReadingQueries.machineCount / 2
      let list = machines.joined(separator: ", ")
      let others =
        machines.isEmpty ? "" : areAll ? "; expected one of \(list)" : "; the closest are \(list)"
      return .problem(
        Problem(
          404, "unknown machine \"\(name)\"\(others)", members: [("known_machines", machines)]))
    }
  }

  private static func write(
    _ rows: borrowing QueryResult, type: String, _ json: inout JSONWriter
  ) {
    json.array { array in
      for row in 0..<NewestReadings.count(rows) {
        array.object { object in
          object.key("id")
          object.id(NewestReadings.id(rows, row))
          object.key("signal_type")
          object.string(type)
          object.key("value")
          object.number(NewestReadings.value(rows, row))
          object.key("timestamp")
          object.timestamp(NewestReadings.time(rows, row))
          object.key("machine")
          NewestReadings.withMachine(rows, row) { object.string($0) }
        }
      }
    }
  }

  /// Whether the table `signal_types` allows the name.
  private static func isTypeName(_ name: String) -> Bool {
    (1...63).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
      }
  }
}
