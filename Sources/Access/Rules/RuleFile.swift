internal import EventLoop
internal import SystemPackage

/// A file that is polled for changes.
///
/// Contents are compared, not modification times, so no clock has to be trusted.
struct RuleFile {
  struct Content {
    let bytes: [UInt8]
    /// Whether others may read it.
    let isPublic: Bool
  }

  private static let longest = 1 << 20

  let kind: InvalidRules.Kind
  let path: String
  private var accepted: [UInt8]?

  init(_ kind: InvalidRules.Kind, _ path: String) {
    self.kind = kind
    self.path = path
  }

  /// Passes new content to `use`; content that it rejects counts as unread.
  ///
  /// - Returns: Whether there was new content.
  mutating func read(_ use: (Content) throws -> Void) throws(InvalidRules) -> Bool {
    let content: Content
    do throws(Errno) {
      content = try RuleFile.content(path)
    } catch {
      throw InvalidRules(kind, path, "\(error)")
    }
    guard content.bytes != accepted else { return false }
    do {
      try use(content)
    } catch {
      throw InvalidRules(kind, path, "\(error)")
    }
    accepted = content.bytes
    return true
  }

  private static func content(_ path: String) throws(Errno) -> Content {
    do {
      // Opening a pipe must not block.
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      return try file.closeAfter {
        let status = try file.stat()
        guard status.type == .regular else {
          throw status.type == .directory ? Errno.isDirectory : .invalidArgument
        }
        let isPublic = !status.permissions.isDisjoint(with: .otherReadWriteExecute)
        return Content(bytes: try file.contents(limit: longest), isPublic: isPublic)
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}

/// Why a rule file cannot be used.
public struct InvalidRules: Error, CustomStringConvertible {
  public enum Kind: Sendable {
    /// ``AccessSettings/keysFile``
    case keys
    /// ``AccessSettings/clientsFile``
    case clients
  }

  public let kind: Kind
  public let path: String
  public let reason: String

  init(_ kind: Kind, _ path: String, _ reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  public var description: String { "cannot use \(path): \(reason)" }
}
