import ArgumentParser
import Curl
import Glibc
import Signals
import SignalsAPI
import Time

/// `signals-cli doctor`
struct Doctor: ParsableCommand {
  /// How long to wait for a new reading.
  private static let timeout = Duration.seconds(5)
  /// Milliseconds between polls.
  private static let pause: Int32 = 20

  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Diagnose each hop from client to database.",
    usage: "signals-cli doctor [<options>]",
    discussion: """
      Checks name resolution, TCP, TLS, nginx, the accessor, the database and, with a token, the \
      producer and its spool, then waits for a new reading. Exits with status 1 if a hop is bad.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let diagnosis = try examine()
    switch output.format {
    case .json: try StandardOutput.write(json: diagnosis)
    case .table:
      let texts = [Table(diagnosis), Table(adviceOf: diagnosis)].map {
        $0.text(for: .standardOutput)
      }
      try StandardOutput.write(texts.filter { !$0.isEmpty }.joined(separator: "\n"))
    }
    if let bad = diagnosis.firstBad {
      throw Failure(.failed, "\(bad.name): \(bad.text)", advice: bad.advice)
    }
  }

  private func examine() throws(Failure) -> Diagnosis {
    let settings = try ClientSettings(connection.given, environment: environmentVariable)
    var configuration = try connection.configuration(needsToken: settings.token != nil)
    configuration.readsCertificate = true
    var api = try SignalsClient(configuration)
    let (call, root) = api.look(at: [])
    var diagnosis = Diagnosis(hops: Hop.connection(call, root, now: .now))
    guard diagnosis.firstBad == nil else {
      diagnosis.hops += ["accessor", "database", "producer", "spool", "reading"].map {
        .unreached($0)
      }
      return diagnosis
    }
    if case .success(let response) = root, let hop = Hop.clock(.now, response.date) {
      diagnosis.hops.append(hop)
    }
    let (live, answer) = api.look(at: ["health", "live"])
    let accessor = Hop.accessor(live, answer)
    diagnosis.hops.append(accessor)
    let place = InstallationKind.beside(configuration.base)
    let health =
      accessor.state == .bad ? nil : Result { () throws(Failure) in try api.health() }
    let database = health.map { Hop.database($0, place) } ?? .unreached("database")
    diagnosis.hops.append(database)
    if let ahead = try? health?.get().content().readingsAhead {
      diagnosis.hops.append(.clock(ahead: ahead))
    }
    let producer =
      settings.token == nil ? nil : Result { () throws(Failure) in try api.producer() }
    diagnosis.hops += Hop.producer(producer, place, now: .now)
    let state = try? producer?.get().content().state
    diagnosis.hops.append(
      .reading(
        database.state == .bad || database.state == .unknown ? nil : wait(&api), ofProducer: state))
    return diagnosis
  }

  /// Waits for a reading newer than the first one seen.
  private func wait(_ api: inout SignalsClient) -> ReadingArrival {
    do throws(Failure) {
      guard let type = try busiestType(&api) else { return .missing(nil) }
      let deadline = ContinuousClock.now + Self.timeout
      var began: Timestamp?
      while true {
        let probe = try ReadingProbe(&api, ofType: type, machine: nil, limit: 1)
        let age = probe.age.map { Int64($0 * 1_000_000) }
        if let newest = probe.readings.first, let age, let began, newest.timestamp > began {
          return .arrived(newest, age)
        }
        began = began ?? probe.now
        guard ContinuousClock.now < deadline else { return .missing(age) }
        poll(nil, 0, Self.pause)
      }
    } catch {
      return .failed(error)
    }
  }

  /// The type with the newest reading; nil when there are no readings.
  private func busiestType(_ api: inout SignalsClient) throws(Failure) -> String? {
    var newest: Reading?
    for type in try api.types().content().prefix(20) {
      let probe = try ReadingProbe(&api, ofType: type.name, machine: nil, limit: 1)
      guard let reading = probe.readings.first else { continue }
      if newest.map({ $0.timestamp < reading.timestamp }) ?? true { newest = reading }
    }
    return newest?.type
  }
}
