import Foundation
import Postgres
import TestSupport
import Testing

/// The command lines of the units, under a stand-in for systemd.
@Suite struct UnitTests {
  @Test func theUnitsMakeASystemAndHandOverWithoutALostRequest() throws {
    let installation = try Installation(isWorking: true)
    let root = installation.root
    let server = try PostgresServer.shared.get()
    let database = server.unusedDatabaseName()
    try root.write(
      "DB_HOST=\(server.directory)\nDB_NAME=\(database)\n", to: "etc/signals/common.env")
    let signer = SigningKey()
    let keys = try root.write(signer.jwks, to: "etc/signals/keys.json")
    // The machine of the tests may be busy.
    try root.write(
      "ACCESSOR_QUERY_TIMEOUT_MS=20000\nTOKEN_KEYS=\(keys)\nREAD_WITHOUT_TOKEN=nobody\n",
      to: "etc/signals/accessor.env")
    let reader = "Authorization: Bearer \(try signer.token("signals:read"))"
    try root.makeDirectory("var/lib/signals/spool")
    #expect(try installation.start("signals-migrate.service").wait().status == 0)

    let control = try installation.listen("signals-producer.socket")
    let producer = try installation.start(
      "signals-producer.service", handing: control.socket,
      credentials: ["signals.CONTROL_TOKEN": SignalsSystem.token])
    let shared = try installation.listen("signals-accessor.socket")
    func startAccessor() throws -> ChildProcess {
      let accessor = try installation.start("signals-accessor@.service", handing: shared.socket)
      #expect(eventually { accessor.errors.contains("serving at") }, "\(accessor.errors)")
      return accessor
    }
    var accessor = try startAccessor()
    let site = try ProductionSite(accessor: shared.path, producer: control.path) {
      $0 = $0.replacingOccurrences(
        of: "rate=[0-9]+r/s", with: "rate=100000r/s", options: .regularExpression)
    }
    #expect(
      try eventually {
        try site.ask("/signals/power?limit=1", "-H", reader).body.hasPrefix(#"[{"id""#)
      })
    #expect(try site.ask("/signals/power").status == 401)
    let bearer = "Authorization: Bearer \(SignalsSystem.token)"
    #expect(try site.ask("/producer", "-H", bearer).status == 200)

    let load = try [("GET", "200"), ("POST", "405")].map { method, status in
      try Load(method, site.url, showing: reader, expecting: status)
    }
    func expectProgress() {
      for one in load {
        let before = one.count
        #expect(eventually { one.count > before + 40 })
      }
    }
    var retired: [ChildProcess] = []
    for _ in 0..<3 {
      expectProgress()
      retired.append(accessor)
      accessor = try startAccessor()
      retired.last?.signal(SIGTERM)
    }
    expectProgress()
    for one in load { #expect(one.failures.isEmpty, "\(site.problems)") }
    producer.signal(SIGTERM)
    #expect(producer.wait().status == 0)
  }

  /// A client that asks over and over, two hundred times a second when the machine lets it.
  private struct Load {
    private let client: ChildProcess
    private let status: String

    init(_ method: String, _ site: String, showing header: String, expecting status: String) throws
    {
      self.status = status
      let targets = (0..<100).flatMap { _ in
        ["-o", "/dev/null", "\(site)/signals/power?limit=[1-1000]"]
      }
      client = try ChildProcess(
        "curl",
        [
          "-sk", "--noproxy", "*", "-X", method, "-H", header, "--rate", "200/s", "-w",
          "%{stderr}%{http_code}\n",
        ] + targets)
    }

    /// How many requests it has had answered, at a line of four bytes each. What goes to standard output
    /// curl would keep until it has a thousand of them.
    var count: Int { client.errors.utf8.count / 4 }
    /// The statuses that were not as expected; 000 is none at all.
    var failures: [Substring] {
      client.errors.split(separator: "\n").filter { $0 != status && $0.count == 3 }
    }
  }
}
