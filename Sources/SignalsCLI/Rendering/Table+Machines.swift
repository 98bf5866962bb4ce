import SignalsAPI
import Time

extension Table {
  /// Machines with the newest values of all types that any of them has.
  ///
  /// - Parameter units: By type.
  init(machines: [API.Machine], units: [String: String], times: TimeStyle) {
    // The state has a column with words.
    let types = Set(machines.flatMap(\.newest.members).map(\.name)).subtracting(["state_change"])
      .sorted()
    self.init(
      [
        Column("name"), Column("state"), Column("age", .trailing),
        Column("last_seen", isSpare: true),
      ]
        + types.map { type in
          let unit = units[type].map { " (\($0))" } ?? ""
          return Column(type.printable + unit, .decimal, isSpare: true)
        },
      rows: machines.map { machine in
        [
          Cell(machine.name), Self.state(machine),
          Cell(machine.age.map(Self.age) ?? "never", machine.isSilent ? .bad : .plain),
          machine.lastSeen.map { Cell($0, times) } ?? "",
        ] + types.map { Self.value(machine, $0) }
      })
  }

  /// What it does, as far as that is known.
  private static func state(_ machine: API.Machine) -> Cell {
    guard !machine.isSilent else { return Cell("silent", .bad) }
    guard let state = machine.state else { return "" }
    return Cell(
      Reading.word(ofState: state) ?? "\(Number(value: state))", state == 1 ? .good : .warning)
  }

  private static func age(_ seconds: Double) -> String {
    let text = duration(microseconds: Int64(min(abs(seconds) * 1_000_000, 1e18)))
    // Clocks differ a little.
    return seconds < -1 ? "\(text) ahead" : seconds < 0 ? duration(microseconds: 0) : text
  }

  /// What a silent machine had is no longer so.
  private static func value(_ machine: API.Machine, _ type: String) -> Cell {
    guard let value = machine.newest[type]?.value else { return "" }
    let style: Style = machine.isSilent ? .faint : type == "error" ? .bad : .plain
    return Cell("\(Number(value: value))", style)
  }
}
