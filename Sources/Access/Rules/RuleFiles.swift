internal import Logging

/// The files that rules come from, each by itself: a list of clients that is broken does not keep a key
/// that was taken back in force.
///
/// What cannot be used, because it is cut off, wrong or gone for the moment, changes nothing: what was
/// read before holds.
struct RuleFiles {
  private var keys: RuleFile?
  private var clients: RuleFile?
  private var complaints: [InvalidRules.Kind: String] = [:]
  private let logger = Logger(label: "access")
  private(set) var rules = Rules()

  /// - Throws: ``InvalidRules``: what there is to begin with has to be good.
  init(_ settings: AccessSettings) throws(InvalidRules) {
    keys = settings.keysFile.map { RuleFile(.keys, $0) }
    clients = settings.clientsFile.map { RuleFile(.clients, $0) }
    _ = try readKeys()
    _ = try readClients()
  }

  /// Reads what has changed; false when nothing has, or what has cannot be used.
  mutating func look() -> Bool {
    let areKeysNew = attempt(.keys) { files throws(InvalidRules) in try files.readKeys() }
    let areClientsNew = attempt(.clients) { files throws(InvalidRules) in try files.readClients() }
    guard areKeysNew || areClientsNew else { return false }
    logger.notice(
      "who may do what has changed",
      metadata: ["keys": "\(rules.keys.count)", "clients": "\(rules.clients.count)"])
    return true
  }

  private mutating func attempt(
    _ kind: InvalidRules.Kind, _ read: (inout RuleFiles) throws(InvalidRules) -> Bool
  ) -> Bool {
    do throws(InvalidRules) {
      let isNew = try read(&self)
      complaints[kind] = nil
      return isNew
    } catch {
      // Once, not at every look.
      if complaints.updateValue(error.description, forKey: kind) != error.description {
        logger.error("\(error); what was read before holds")
      }
      return false
    }
  }

  private mutating func readKeys() throws(InvalidRules) -> Bool {
    var fresh = rules.keys
    let isNew = try keys?.read { content in
      fresh = try KeySet(blocking: content.bytes)
      guard !(fresh.isSecret && content.isPublic) else {
        throw InvalidKey("a secret is in it and everybody may read it (chmod o-rwx)")
      }
    }
    rules.keys = fresh
    if isNew == true { report(fresh.leftOut, of: keys?.path ?? "") }
    return isNew ?? false
  }

  private func report(_ leftOut: [String], of path: String) {
    let most = 10
    for line in leftOut.prefix(most) { logger.warning("\(path): \(line)") }
    if leftOut.count > most { logger.warning("\(path): \(leftOut.count - most) more are left out") }
  }

  private mutating func readClients() throws(InvalidRules) -> Bool {
    var fresh = rules.clients
    let isNew = try clients?.read { fresh = try ClientList(json: $0.bytes) }
    rules.clients = fresh
    return isNew ?? false
  }
}
