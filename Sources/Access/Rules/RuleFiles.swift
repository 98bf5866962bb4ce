internal import Logging

/// The rule files, each loaded independently: a broken client list does not keep a revoked key in
/// force.
///
/// A file that is truncated, invalid or missing changes nothing: the rules read last stay in force.
struct RuleFiles {
  private var keys: RuleFile?
  private var clients: RuleFile?
  private var reportedErrors: [InvalidRules.Kind: String] = [:]
  private let logger = Logger(label: "access")
  private(set) var rules = Rules()

  /// - Throws: ``InvalidRules``: the initial files must be valid.
  init(_ settings: AccessSettings) throws(InvalidRules) {
    keys = settings.keysFile.map { RuleFile(.keys, $0) }
    clients = settings.clientsFile.map { RuleFile(.clients, $0) }
    _ = try readKeys()
    _ = try readClients()
  }

  /// Reads changed files; false when nothing changed, or no change could be used.
  mutating func refresh() -> Bool {
    let areKeysNew = attempt(.keys) { files throws(InvalidRules) in try files.readKeys() }
    let areClientsNew = attempt(.clients) { files throws(InvalidRules) in try files.readClients() }
    guard areKeysNew || areClientsNew else { return false }
    logger.notice(
      "access rules reloaded",
      metadata: ["keys": "\(rules.keys.count)", "clients": "\(rules.clients.count)"])
    return true
  }

  private mutating func attempt(
    _ kind: InvalidRules.Kind, _ read: (inout RuleFiles) throws(InvalidRules) -> Bool
  ) -> Bool {
    do throws(InvalidRules) {
      let isNew = try read(&self)
      reportedErrors[kind] = nil
      return isNew
    } catch {
      // Once, not at every poll.
      if reportedErrors.updateValue(error.description, forKey: kind) != error.description {
        logger.error("\(error); keeping the previous rules")
      }
      return false
    }
  }

  private mutating func readKeys() throws(InvalidRules) -> Bool {
    var fresh = rules.keys
    let isNew = try keys?.read { content in
      fresh = try KeySet(blocking: content.bytes)
      guard !(fresh.isSecret && content.isPublic) else {
        throw InvalidKey("contains a secret and is world-readable (chmod o-rwx)")
      }
    }
    rules.keys = fresh
    if isNew == true { report(fresh.skipped, of: keys?.path ?? "") }
    return isNew ?? false
  }

  private func report(_ skipped: [String], of path: String) {
    let most = 10
    for line in skipped.prefix(most) { logger.warning("\(path): \(line)") }
    if skipped.count > most { logger.warning("\(path): \(skipped.count - most) more keys skipped") }
  }

  private mutating func readClients() throws(InvalidRules) -> Bool {
    var fresh = rules.clients
    let isNew = try clients?.read { fresh = try ClientList(json: $0.bytes) }
    rules.clients = fresh
    return isNew ?? false
  }
}
