import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore
import SignalsAPI

/// `GET /machines`: the machines by name, with their state and newest values.
struct ListMachines: EndpointHandler {
  let endpoint = MachinesEndpoint.endpoint
  /// A machine without a reading for longer is silent.
  let silentAfter: Duration

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    let limit = call[MachinesEndpoint.limit]
    var parameters = Parameters(call[MachinesEndpoint.after] ?? "")
    // One more tells whether there is another page.
    parameters.append(Int64(limit + 1))
    let spec = QuerySpec(
      ReadingQueries.machinePage, parameters, workload: Workloads.machines,
      cost: CostClass(ReadingQueries.machinePage, rows: limit))
    return .ask(
      Query(spec, variant: 0) { rows, timing in
        let found = ReadingQueries.machines(onPage: rows)
        let page = found.prefix(limit)
        let headers = found.count > limit ? page.last.map { [next(after: $0.name, limit)] } : nil
        return .reply(
          Response.json(timing, headers: headers ?? []) { json in
            json.array { for machine in page { write(machine, &$0) } }
          })
      })
  }

  /// RFC 8288.
  private func next(after name: String, _ limit: Int) -> (name: String, value: String) {
    let query = QueryString([
      (MachinesEndpoint.limit.declaration.name, "\(limit)"),
      (MachinesEndpoint.after.declaration.name, name),
    ])
    return ("Link", "<\(endpoint.path)?\(query)>; rel=\"next\"")
  }

  private func write(_ machine: MachineOverview, _ json: inout JSONWriter) {
    json.object { object in
      object.key("name")
      object.string(machine.name)
      object.key("first_seen")
      object.timestamp(machine.firstSeen)
      object.key("last_seen")
      object.timestamp(machine.last?.time)
      object.key("silent")
      object.boolean(machine.isSilent(after: silentAfter))
      object.key("state")
      if let state = machine.newest.first(where: { $0.type == "state_change" }) {
        object.number(state.value)
      } else {
        object.null()
      }
      object.key("newest")
      object.object { types in
        for newest in machine.newest {
          types.key(named: newest.type)
          types.object {
            $0.key("value")
            $0.number(newest.value)
            $0.key("timestamp")
            $0.timestamp(newest.time)
            $0.key("age_seconds")
            $0.number(Double(newest.age) / 1_000_000)
          }
        }
      }
    }
  }
}
