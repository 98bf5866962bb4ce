import FoundationEssentials
import Spelling
import StrictJSON

/// The context file, `$XDG_CONFIG_HOME/signals/config`, in JSON.
struct ContextFile: Equatable {
  /// Absolute; nil when neither XDG_CONFIG_HOME nor HOME is set.
  let path: String?
  /// The context to use by default.
  var current: String?
  var contexts: [String: Context] = [:]

  /// Reads the file; a missing one has no contexts.
  ///
  /// - Throws: ``Failure`` with status `configuration` when the file is invalid.
  init(environment: (String) -> String?) throws(Failure) {
    path = Self.path(environment)
    guard let path else { return }
    let bytes: [UInt8]
    do {
      bytes = try SignalsCLI.contents(ofFile: path)
    } catch  where error.isNoSuchFile {
      return
    } catch {
      throw Failure(.configuration, "cannot read \(path): \(error.description)")
    }
    do {
      let content: Content = try JSONValue(parsing: bytes).decode()
      current = content.current
      contexts = content.contexts ?? [:]
    } catch {
      throw Failure(.configuration, "invalid context file \(path): \(Self.reason(error))")
    }
    let names = contexts.keys.sorted() + (current.map { [$0] } ?? [])
    if let name = names.first(where: { !Context.isName($0) }) {
      throw Failure(
        .configuration,
        "invalid context file \(path): \(Context.nameRule) (got \"\(name)\")")
    }
  }

  /// - Parameter origin: Where the name comes from, for the error.
  func context(named name: String, by origin: String) throws(Failure) -> Context {
    if let context = contexts[name] { return context }
    let known = contexts.keys.sorted()
    let close = closest(to: name, among: known)
    let suggestion = close.map { "did you mean \($0)? known contexts: " } ?? "one of "
    throw Failure(
      .usage, "\(origin): no context named '\(name)'",
      advice: known.isEmpty
        ? "signals-cli context add \(name) --url URL"
        : "\(suggestion)\(known.joined(separator: ", "))")
  }

  /// Replaces the file atomically, readable by its owner only.
  func write() throws(Failure) {
    guard let path else {
      throw Failure(
        .configuration, "no directory for contexts: set HOME or XDG_CONFIG_HOME")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let content = Content(current: current, contexts: contexts)
      try replaceFile(path, with: [UInt8](try encoder.encode(content)) + [0x0a])
    } catch {
      throw Failure(.failed, "cannot write \(path): \(error)")
    }
  }

  /// The absolute path of a file in a context.
  func resolved(_ file: String) -> String {
    guard !file.hasPrefix("/"), let path, let slash = path.lastIndex(of: "/") else { return file }
    return "\(path[..<slash])/\(file)"
  }

  private static func path(_ environment: (String) -> String?) -> String? {
    // The XDG Base Directory Specification says to ignore a relative path.
    if let directory = environment("XDG_CONFIG_HOME"), directory.hasPrefix("/") {
      return "\(directory)/signals/config"
    }
    return environment("HOME").map { "\($0)/.config/signals/config" }
  }

  private static func reason(_ error: any Error) -> String {
    (error as? DecodingError)?.explanation(of: "it") ?? "\(error)"
  }

  /// The content of the file.
  private struct Content: Codable {
    var current: String?
    var contexts: [String: Context]?

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case current
      case contexts
    }

    init(current: String?, contexts: [String: Context]) {
      self.current = current
      self.contexts = contexts
    }

    init(from decoder: any Decoder) throws {
      let members = try StrictObject(decoder, CodingKeys.allCases.map(\.rawValue))
      current = try members.optional("current")
      contexts = try members.optional("contexts")
    }
  }
}
