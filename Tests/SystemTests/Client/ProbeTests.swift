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

  /// What the doctor says of each part of the way.
  private func doctor(_ system: SignalsSystem) throws -> (status: Int32, hops: [String: String]) {
    let outcome = try ChildProcess.run(
      ChildProcess.product("signals-cli"), ["doctor", "--json", "--url", system.nginx.url],
      environment: ["SIGNALS_TOKEN": SignalsSystem.token, "XDG_CONFIG_HOME": "/nonexistent"])
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let hops = (object as? [String: Any])?["hops"] as? [[String: Any]] ?? []
    return (
      outcome.status,
      Dictionary(
        uniqueKeysWithValues: hops.map { hop in
          (hop["name"] as? String ?? "", hop["state"] as? String ?? "")
        })
    )
  }

  /// Limits that no machine passes while it gives off anything at all, and those that it passes soon
  /// once it does not.
  private let fresh = ["fresh", "power", "-w", "60", "-c", "120"]
  private let stale = ["fresh", "power", "-w", "0.2", "-c", "0.4"]

  @Test func aSystemIsRunningAndThenStopped() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    try comesTo(0, "healthy", system, ["health"])
    try comesTo(0, "power is ", system, fresh)
    try comesTo(0, "power is ", system, ["value", "power", "-w", "0:100000"])
    try comesTo(2, "power is ", system, ["value", "power", "-c", "@0:100000"])
    try comesTo(0, "power rate is ", system, ["rate", "power", "-w", "1:"])
    try comesTo(0, "0% full", system, ["spool"])
    try comesTo(3, "404 Not Found: ", system, ["fresh", "pwoer"])
    let well = try doctor(system)
    #expect(well.status == 0)
    #expect(
      well.hops.keys.sorted() == [
        "TCP", "accessor", "database", "name", "nginx", "producer", "reading", "spool",
      ])
    // A machine that is busy with other tests may have something waiting, which is a note.
    #expect(well.hops.values.allSatisfy { $0 == "good" || $0 == "note" }, "\(well.hops)")

    #expect(try system.control("POST", "/producer/stop").status == 200)
    try comesTo(0, "healthy", system, ["health"])
    try comesTo(2, "power is ", system, stale)
    try comesTo(2, "power rate is ", system, ["rate", "power", "-c", "99:"])
    try comesTo(0, "0% full, 0 readings waiting", system, ["spool"])
    let stopped = try doctor(system)
    #expect(stopped.status == 0)
    #expect(stopped.hops["producer"] == "note" && stopped.hops["reading"] == "note")

    // Stale: nobody is there any more who could give anything.
    #expect(system.stopProducer().status == 0)
    try comesTo(0, "healthy", system, ["health"])
    try comesTo(2, "power is ", system, stale)
    try comesTo(2, "503 Service Unavailable: ", system, ["spool"])
    let stale = try doctor(system)
    #expect(stale.status == 1)
    #expect(stale.hops["database"] == "good" && stale.hops["producer"] == "bad")
  }

  @Test func aSystemBreaksInItsParts() throws {
    let system = try SignalsSystem(server: PostgresServer())
    system.server.stop()
    try comesTo(2, "the database does not answer", system, ["health"])
    try comesTo(2, "503 Service Unavailable: ", system, fresh)
    try comesTo(2, "503 Service Unavailable: ", system, ["value", "power", "-w", "1"])
    try comesTo(2, "503 Service Unavailable: ", system, ["rate", "power", "-w", "1:"])
    try comesTo(1, "0", system, ["spool", "-w", "50"])
    let sick = try doctor(system)
    #expect(sick.status == 1)
    #expect(sick.hops["accessor"] == "good" && sick.hops["database"] == "bad")
    #expect(sick.hops["reading"] == "unknown")

    try system.server.start()
    try comesTo(0, "healthy", system, ["health"])
    try comesTo(0, "power is ", system, fresh)

    #expect(system.stopAccessor().status == 0)
    try comesTo(2, "503 Service Unavailable: ", system, ["health"])
    try comesTo(2, "503 Service Unavailable: ", system, fresh)
    let dead = try doctor(system)
    #expect(dead.hops["nginx"] == "good" && dead.hops["accessor"] == "bad")
    #expect(dead.hops["database"] == "unknown")
  }
}
