import Curl
import SignalsAPI
import Time

/// The hops behind nginx.
extension Hop {
  static func accessor(_ call: RequestContext, _ result: Result<HTTPResponse, CurlError>) -> Hop {
    let advice = InstallationKind.beside(call.url).isRunning("signals-accessor")
    switch result {
    case .failure(let error):
      return Hop(
        name: "accessor", state: .bad, text: Failure(error, during: call).reason, advice: advice)
    case .success(let response):
      let time = response.timings.total
      guard response.status == 200 else {
        return Hop(
          name: "accessor", state: .bad, time: time,
          text: Failure(refusal: response, of: call).reason,
          advice: response.status == 429 ? "again later" : advice)
      }
      return Hop(name: "accessor", state: .good, time: time)
    }
  }

  /// nil when the clocks of this machine and the server agree, or the server sends no date.
  static func clock(_ now: Timestamp, _ date: Int64?) -> Hop? {
    let server = Timestamp.judging(now, date)
    guard server != now else { return nil }
    let length = duration(microseconds: abs(now - server))
    return Hop(
      name: "clock", state: .note,
      text: "local clock is \(length) \(now < server ? "behind" : "ahead of") the server's",
      advice: "synchronise both clocks; ages are computed with the server's")
  }

  /// Readings that are `ahead` seconds in the future.
  static func clock(ahead: Double) -> Hop {
    Hop(
      name: "readings", state: ahead > ProbeReport.criticalAhead ? .bad : .note,
      text: ProbeReport.sentence(ahead: ahead),
      advice: "synchronise the clocks of the producer and the database")
  }

  static func database(
    _ result: Result<APIResponse<API.Health>, Failure>, _ place: InstallationKind
  ) -> Hop {
    func bad(_ text: String, _ advice: String) -> Hop {
      Hop(name: "database", state: .bad, text: text, advice: advice)
    }
    do throws(Failure) {
      let answer = try result.get()
      let report = try answer.content()
      guard answer.isGood else {
        return bad(
          report.status, DatabaseCause.advice(report.cause, of: "signals-accessor", place))
      }
      let milliseconds = report.checks?["database:responseTime"]?.first?.observedValue
      return Hop(
        name: "database", state: .good, time: milliseconds.map { .microseconds($0 * 1000) })
    } catch {
      return bad(error.reason, error.advice ?? "see \(place.log(of: "signals-accessor"))")
    }
  }

  /// The producer and its spool; nil means that there was no token to ask with.
  static func producer(
    _ result: Result<APIResponse<API.Producer>, Failure>?, _ place: InstallationKind, now: Timestamp
  ) -> [Hop] {
    guard let result else {
      return [
        Hop(
          name: "producer", state: .unknown, text: "not checked: no token",
          advice: "--token-file FILE or SIGNALS_TOKEN"), .unreached("spool"),
      ]
    }
    do throws(Failure) {
      let answer = try result.get()
      let state = try answer.content()
      return [
        producer(state, place, answer.response.timings.total),
        spool(state, now: .judging(now, answer.response.date)),
      ]
    } catch {
      let isRefused = error.status == .notAuthorised
      return [
        Hop(
          name: "producer", state: isRefused ? .note : .bad, text: error.reason,
          advice: isRefused
            ? error.advice : place.isRunning("signals-producer")),
        .unreached("spool"),
      ]
    }
  }

  private static func producer(
    _ producer: API.Producer, _ place: InstallationKind, _ time: Duration
  ) -> Hop {
    let machines = count(producer.machines, "machine")
    func hop(_ state: State, _ text: String, _ advice: String? = nil) -> Hop {
      Hop(name: "producer", state: state, time: time, text: text, advice: advice)
    }
    if let fault = producer.clockFault, producer.database.isConnected, producer.state != "blocked" {
      return hop(
        .bad, fault,
        "is the clock right? README.Debian says how to start a new spool without losing a reading")
    }
    switch producer.state {
    case "running" where !producer.database.isConnected:
      return hop(
        .bad, "\(machines) running, database unavailable: \(producer.database.lastError ?? "")",
        DatabaseCause.advice(producer.database.cause, of: "signals-producer", place))
    case "running": return hop(.good, "\(machines) running")
    case "stopped":
      return hop(.note, "\(machines) stopped", "signals-cli producer start")
    default:
      return hop(
        .bad, "\(producer.state): \(producer.blockedReason ?? "")",
        "is the database reachable, and is its disk full? machines resume once the spool drains")
    }
  }

  private static func spool(_ producer: API.Producer, now: Timestamp) -> Hop {
    let spool = producer.spool
    let age = spool.oldest.map { max(0, now - $0) } ?? 0
    let waiting =
      "\(byteCount(spool.bytes)) of \(byteCount(spool.limitBytes)), "
      + (spool.readings == 0
        ? "empty"
        : "\(count(spool.readings, "reading")) waiting, oldest \(duration(microseconds: age))")
    let lost = producer.deadLetters + producer.quarantined.readings
    let isLate = age > 10_000_000 || spool.percentFull >= 50
    return Hop(
      name: "spool",
      state: spool.percentFull >= 90 ? .bad : isLate || lost > 0 ? .note : .good,
      text: lost > 0 ? "\(waiting); \(count(lost, "reading")) rejected or quarantined" : waiting,
      advice: isLate
        ? "check the database: it cannot keep up with the machines"
        : lost > 0 ? "signals-cli producer status for details" : nil)
  }

  /// The latency of a reading from its machine to this program.
  static func reading(_ way: ReadingArrival?, ofProducer state: String?) -> Hop {
    func hop(_ state: State, _ text: String, _ advice: String? = nil) -> Hop {
      Hop(name: "reading", state: state, text: text, advice: advice)
    }
    switch way {
    case nil: return .unreached("reading")
    case .failed(let failure): return hop(.bad, failure.reason, failure.advice)
    case .arrived(let reading, let microseconds):
      return Hop(
        name: "reading", state: .good, time: .microseconds(microseconds),
        text: "\(reading.type) of \(reading.machine), end to end")
    case .missing(let age):
      let text = age.map { "no new reading; the newest is \(duration(microseconds: $0)) old" }
      return state == "stopped"
        ? hop(.note, text ?? "no readings", "signals-cli producer start")
        : hop(
          .bad, text ?? "no readings",
          "signals-cli producer status, and see the producer's log")
    }
  }
}

/// The outcome of waiting for a new reading.
enum ReadingArrival {
  /// The reading, and the microseconds since its timestamp.
  case arrived(Reading, Int64)
  /// No new reading; the age of the newest in microseconds, if there is one.
  case missing(Int64?)
  case failed(Failure)
}
