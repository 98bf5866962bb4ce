import FoundationEssentials
import Simulation
import Spool
import StrictJSON

extension PlanEntry {
  init(_ entry: Timeline.Entry) {
    self.init(since: entry.since, plan: entry.plan.text)
  }
}

extension Timeline.Entry {
  /// - Throws: ``UnreadablePlan``
  init(_ entry: PlanEntry) throws(UnreadablePlan) {
    self.init(since: entry.since, plan: try Plan(text: entry.plan))
  }
}

extension Plan {
  /// The plan as stored in the spool.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Every plan is representable in JSON.
    return String(decoding: try! encoder.encode(self), as: UTF8.self)
  }

  init(text: String) throws(UnreadablePlan) {
    do {
      self = try JSONValue(parsing: Array(text.utf8)).decode()
    } catch {
      throw UnreadablePlan(text: text)
    }
  }
}

/// A plan in the spool that this release cannot read.
struct UnreadablePlan: Error, CustomStringConvertible {
  let text: String

  var description: String {
    """
    cannot read a plan in the spool, possibly written by a newer release: \(text.prefix(200)); \
    install that release, or remove the spool once it is empty
    """
  }
}
