internal import GRDB

/// Why the spool did not take or give what was asked.
public struct SpoolError: Error, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// It holds as much as it may; there is room again once batches are acknowledged.
    case full
    /// The disk does not take what is written, for want of space or because it fails, or somebody
    /// else holds the file.
    case unwritable
    /// Batches begin before the newest one ends; it may have learnt of that one from the database.
    case outOfOrder
    /// The file is not what was written; opening it again saves what is whole.
    case damaged
    /// Another process has it open.
    case inUse
    /// The directory or its files cannot be used at all.
    case unusable
  }

  public let kind: Kind
  /// What happened and where, for people.
  public let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  init(_ error: any Error, _ directory: String) {
    if let known = error as? SpoolError {
      self = known
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.unusable, "the spool in \(directory): \(error)")
      return
    }
    let kind: Kind =
      switch error.resultCode {
      case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_NOMEM, .SQLITE_BUSY,
        .SQLITE_LOCKED:
        .unwritable
      case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .damaged
      default: .unusable
      }
    let reason =
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: "another program has locked spool.sqlite"
      default: error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
      }
    self.init(kind, "the spool in \(directory): \(reason)")
  }
}

extension SpoolError: CustomStringConvertible {
  public var description: String { message }
}
