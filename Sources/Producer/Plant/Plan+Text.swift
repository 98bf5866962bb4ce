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
  /// As the spool keeps it.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A plan has nothing that JSON cannot say.
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

/// A plan in the spool that this program cannot follow.
struct UnreadablePlan: Error, CustomStringConvertible {
  let text: String

  var description: String {
    """
    the spool holds a plan that this release does not understand, perhaps of a newer one: \
    \(text.prefix(200)); install that release, or empty the spool and remove it
    """
  }
}
