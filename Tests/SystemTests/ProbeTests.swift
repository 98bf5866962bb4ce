import Foundation
import TestSupport
import Testing

/// What `signals-cli check` says of a whole system: running, stopped, stale, and broken in its parts.
@Suite struct ProbeTests {
  /// Whether a check comes to that state, now or soon.
  private func comesTo(
    _ status: Int32, _ text: String, _ system: SignalsSystem, _ arguments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var last: ChildProcess.Outcome?
    let states = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
    let comes = try eventually {
      let outcome = try ChildProcess.run(
        ChildProcess.product("signals-cli"), ["check"] + arguments + ["--url", system.nginx.url],
        environment: ["SIGNALS_TOKEN": SignalsSystem.token, "XDG_CONFIG_HOME": "/nonexistent"])
      last = outcome
      return outcome.status == status
        && outcome.output.hasPrefix("SIGNALS \(states[Int(status)]): \(text)")
    }
    #expect(comes, "\(arguments): \(last?.output ?? "")", sourceLocation: sourceLocation)
    #expect(last?.errors == "", sourceLocation: sourceLocation)
  }

  /// Limits that no machine passes while it gives off anything at all, and those that it passes soon
  /// once it does not.
  private let fresh = ["fresh", "power", "-w", "60", "-c", "120"]
  private let stale = ["fresh", "power", "-w", "0.2", "-c", "0.4"]

  @Test func aSystemIsRunningAndThenStopped() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    try comesTo(0, "in service", system, ["health"])
    try comesTo(0, "power is ", system, fresh)
    try comesTo(0, "power is ", system, ["value", "power", "-w", "0:100000"])
    try comesTo(2, "power is ", system, ["value", "power", "-c", "@0:100000"])
    try comesTo(0, "power comes ", system, ["rate", "power", "-w", "1:"])
    try comesTo(0, "0% full", system, ["spool"])
    try comesTo(3, "404 Not Found: ", system, ["fresh", "pwoer"])

    #expect(try system.control("POST", "/producer/stop").status == 200)
    try comesTo(0, "in service", system, ["health"])
    try comesTo(2, "power is ", system, stale)
    try comesTo(2, "power comes ", system, ["rate", "power", "-c", "99:"])
    try comesTo(0, "0% full, 0 readings waiting", system, ["spool"])

    // Stale: nobody is there any more who could give anything.
    #expect(system.stopProducer().status == 0)
    try comesTo(0, "in service", system, ["health"])
    try comesTo(2, "power is ", system, stale)
    try comesTo(2, "503 Service Unavailable: ", system, ["spool"])
  }

  @Test func aSystemBreaksInItsParts() throws {
    let system = try SignalsSystem(server: PostgresServer())
    system.server.stop()
    try comesTo(2, "the database does not answer", system, ["health"])
    try comesTo(2, "503 Service Unavailable: ", system, fresh)
    try comesTo(2, "503 Service Unavailable: ", system, ["value", "power", "-w", "1"])
    try comesTo(2, "503 Service Unavailable: ", system, ["rate", "power", "-w", "1:"])
    try comesTo(1, "0", system, ["spool", "-w", "50"])

    try system.server.start()
    try comesTo(0, "in service", system, ["health"])
    try comesTo(0, "power is ", system, fresh)

    #expect(system.stopAccessor().status == 0)
    try comesTo(2, "503 Service Unavailable: ", system, ["health"])
    try comesTo(2, "503 Service Unavailable: ", system, fresh)
  }
}
