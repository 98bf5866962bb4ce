internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// The files of a spool, in one directory.
struct SpoolDirectory: Sendable {
  let path: String

  var database: String { "\(path)/spool.sqlite" }
  var sharedMemory: String { "\(database)-shm" }
  /// The salvaged part of a damaged file, incomplete.
  var salvaging: String { "\(path)/salvaging.sqlite" }
  /// The same, complete: it will replace the damaged file.
  var salvaged: String { "\(path)/salvaged.sqlite" }
  /// See ``Ballast``.
  var ballast: String { "\(path)/ballast" }
  /// SQLite's write-ahead log.
  func journal(of file: String) -> String { "\(file)-wal" }
  /// A damaged file that was replaced.
  func damaged(_ number: Int) -> String { "\(path)/damaged-\(number).sqlite" }
  private var identityFile: String { "\(path)/producer-id" }

  /// An existing directory, used as it is.
  init(existing path: String) { self.path = path }

  /// Creates the directory, accessible to its owner only, if necessary.
  init(_ path: String) throws(SpoolError) {
    self.path = path
    if let error = SpoolDirectory.make(path) {
      throw SpoolError(
        .unusable, "cannot use spool directory \(path): \(error); set SPOOL_DIR")
    }
  }

  /// Creates a directory and its parents; returns the error if that fails.
  private static func make(_ path: String) -> Errno? {
    if mkdir(path, 0o700) == 0 { return nil }
    switch Errno(rawValue: Glibc.errno) {
    case .fileExists:
      let isDirectory = try? FilePath(path).stat().type == .directory
      return isDirectory == true ? nil : .notDirectory
    case .noSuchFileOrDirectory:
      let parent = FilePath(path).removingLastComponent()
      guard !parent.isEmpty, FilePath(path).lastComponent != nil else {
        return .noSuchFileOrDirectory
      }
      if let error = make(parent.string) { return error }
      return mkdir(path, 0o700) == 0 ? nil : Errno(rawValue: Glibc.errno)
    case let error: return error
    }
  }

  /// The producer's permanent identity, a UUID: created once, and stored apart from the database so
  /// that damage there does not change it.
  func identity() throws(SpoolError) -> String {
    if let known = try knownIdentity() { return known }
    let made = UUID().uuidString.lowercased()
    do {
      let new = "\(identityFile).new"
      let file = try FileDescriptor.open(
        FilePath(new), .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead])
      try file.closeAfter {
        try file.writeAll("\(made)\n".utf8)
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: Glibc.errno) }
      }
      try move(new, to: identityFile)
    } catch {
      throw SpoolError(.unwritable, "cannot write \(identityFile): \(error)")
    }
    return made
  }

  /// The producer's identity, if it has one.
  func knownIdentity() throws(SpoolError) -> String? {
    // Treating an unreadable file as missing would create a new producer that sends everything again.
    guard has(identityFile) || has(database) else { return nil }
    let text: String
    do {
      let file = try FileDescriptor.open(identityFile, .readOnly, options: .closeOnExec)
      text = try file.closeAfter {
        try String(unsafeUninitializedCapacity: 1024) { try file.read(into: .init($0)) }
      }
    } catch Errno.noSuchFileOrDirectory {
      text = ""
    } catch {
      throw SpoolError(.unusable, "cannot read \(identityFile): \(error)")
    }
    let word = text.split(whereSeparator: \.isWhitespace).first
    guard let known = word.flatMap({ UUID(uuidString: String($0)) }) else {
      throw SpoolError(
        .unusable,
        """
        \(identityFile) does not hold a UUID; restore it (the database's table ingest_watermarks \
        has it), or remove the whole directory to begin as a new producer
        """)
    }
    return known.uuidString.lowercased()
  }

  /// The numbers of the damaged files that are kept.
  func damagedNumbers() throws -> [Int] {
    guard let directory = opendir(path) else { throw Errno(rawValue: Glibc.errno) }
    defer { closedir(directory) }
    var numbers: [Int] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let match = name.wholeMatch(of: /damaged-(\d+)\.sqlite/), let number = Int(match.1) {
        numbers.append(number)
      }
    }
    return numbers
  }

  func has(_ file: String) -> Bool { access(file, F_OK) == 0 }

  /// Moves a file, if it exists, and syncs the directory.
  func move(_ file: String, to other: String) throws {
    guard rename(file, other) == 0 || Glibc.errno == ENOENT else {
      throw Errno(rawValue: Glibc.errno)
    }
    let directory = try FileDescriptor.open(FilePath(path), .readOnly)
    try directory.closeAfter {
      guard fsync(directory.rawValue) == 0 else { throw Errno(rawValue: Glibc.errno) }
    }
  }

  func remove(_ file: String) { unlink(file) }
}
