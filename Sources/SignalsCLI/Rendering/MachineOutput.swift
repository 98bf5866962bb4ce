import SignalsAPI
import StrictJSON
import Time

/// How a list of machines is shown.
struct MachineOutput {
  enum Format: String, CaseIterable {
    /// For a person.
    case table
    /// An array: the server's answer as it came, where it is one.
    case json
    /// A JSON object a line.
    case ndjson
    /// A line for each machine and type, with a header.
    case csv
  }

  let format: Format
  /// Of a table; to a program all times are UTC.
  let times: TimeStyle

  /// Shows pages to a program.
  func show(_ pages: [APIResponse<[API.Machine]>]) throws(Failure) {
    switch format {
    case .json where pages.count == 1: try StandardOutput.write(try pages[0].json())
    case .json, .table:
      try StandardOutput.write("[\(try Self.objects(pages).joined(separator: ",\n"))]\n")
    case .ndjson: try write(try Self.objects(pages))
    case .csv:
      var lines = [Self.header]
      for page in pages { lines += try page.content().flatMap(Self.lines) }
      try write(lines)
    }
  }

  /// - Parameter units: By type.
  func showTable(_ pages: [APIResponse<[API.Machine]>], units: () -> [String: String])
    throws(Failure)
  {
    var machines: [API.Machine] = []
    for page in pages { machines += try page.content() }
    guard !machines.isEmpty else {
      StandardError.remark("no machines yet")
      return
    }
    let target = OutputTarget.standardOutput
    let table = Table(machines: machines, units: units(), times: times)
    try StandardOutput.show(table.text(for: target), for: target, isPaged: true)
  }

  private func write(_ lines: [String]) throws(Failure) {
    try StandardOutput.write(lines.map { "\($0)\n" }.joined())
  }

  /// As they came.
  private static func objects(_ pages: [APIResponse<[API.Machine]>]) throws(Failure) -> [String] {
    var objects: [String] = []
    for page in pages { objects += try page.elements().map(\.description) }
    return objects
  }

  private static let header =
    "name,first_seen,last_seen,silent,state,type,value,timestamp,age_seconds"

  private static func lines(_ machine: API.Machine) -> [String] {
    let start = [
      machine.name.printable, machine.firstSeen?.description ?? "",
      machine.lastSeen?.description ?? "", "\(machine.isSilent)", number(machine.state),
    ]
    let newest = machine.newest.members.sorted { $0.name < $1.name }.map { type in
      let reading = type.value
      return [
        type.name.printable, number(reading.value), "\(reading.timestamp)", number(reading.age),
      ]
    }
    return (newest.isEmpty ? [["", "", "", ""]] : newest).map { reading in
      (start + reading).map(ReadingLine.quoted).joined(separator: ",")
    }
  }

  private static func number(_ value: Double?) -> String { value?.withoutExponent ?? "" }
}
