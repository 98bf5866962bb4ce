internal import GRDB

/// Why a spool operation failed.
public struct SpoolError: Error, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The spool has reached its limit; there is room again once batches are acknowledged.
    case full
    /// The disk is full or failing, or another process has locked the file.
    case unwritable
    /// Batches begin before the end of the newest, whose end may have come from the database.
    case outOfOrder
    /// The file is damaged; opening it again salvages what is intact.
    case damaged
    /// Another process has it open.
    case inUse
    /// The directory or its files are unusable.
    case unusable
  }

  public let kind: Kind
  /// A message with the location.
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
      self.init(.unusable, "spool in \(directory): \(error)")
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
    self.init(kind, "spool in \(directory): \(reason)")
  }
}

extension SpoolError: CustomStringConvertible {
  public var description: String { message }
}
