import FoundationEssentials
import Signals
import StrictJSON

/// The contexts that a person keeps: `$XDG_CONFIG_HOME/signals/config`, in JSON.
struct ContextFile: Equatable {
  /// Absolute; nil when neither XDG_CONFIG_HOME nor HOME says where.
  let path: String?
  /// The one that is used when nothing else is said.
  var current: String?
  var contexts: [String: Context] = [:]

  /// Reads it; a file that is not there has no contexts.
  ///
  /// - Throws: ``Failure`` with the status of a bad configuration, which names the file and what is
  ///   wrong with it.
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
      throw Failure(.configuration, "cannot use \(path): \(Self.reason(error))")
    }
    let names = contexts.keys.sorted() + (current.map { [$0] } ?? [])
    if let name = names.first(where: { !Context.isName($0) }) {
      throw Failure(
        .configuration,
        "cannot use \(path): \(Context.nameRule) (got \"\(name)\")")
    }
  }

  /// - Parameter name: Of a context that somebody asked for.
  func context(named name: String, by origin: String) throws(Failure) -> Context {
    if let context = contexts[name] { return context }
    let known = contexts.keys.sorted()
    let suggestion = closest(to: name, among: known).map { "did you mean \($0)? " } ?? ""
    throw Failure(
      .usage, "\(origin): there is no context '\(name)'",
      advice: known.isEmpty
        ? "signals-cli context add \(name) --url URL"
        : "\(suggestion)The contexts are \(known.joined(separator: ", "))")
  }

  /// Puts it in the place of the old one, at once and for nobody else to read.
  func write() throws(Failure) {
    guard let path else {
      throw Failure(
        .configuration, "there is no place for contexts: set HOME or XDG_CONFIG_HOME")
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

  /// The absolute path of a file that a context names.
  func resolved(_ file: String) -> String {
    guard !file.hasPrefix("/"), let path, let slash = path.lastIndex(of: "/") else { return file }
    return "\(path[..<slash])/\(file)"
  }

  private static func path(_ environment: (String) -> String?) -> String? {
    // A relative one is to be ignored, says the XDG Base Directory Specification.
    if let directory = environment("XDG_CONFIG_HOME"), directory.hasPrefix("/") {
      return "\(directory)/signals/config"
    }
    return environment("HOME").map { "\($0)/.config/signals/config" }
  }

  private static func reason(_ error: any Error) -> String {
    (error as? DecodingError)?.explanation(of: "it") ?? "\(error)"
  }

  /// The file as it is written.
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
      let members = try Members(decoder, CodingKeys.allCases.map(\.rawValue))
      current = try members.optional("current")
      contexts = try members.optional("contexts")
    }
  }
}
