internal import CBuildInfo

/// The version of the three programs, which are released together.
public let version = "0.1.0"

/// The Git commit of the source, 40 hexadecimal digits; empty when unknown.
public let commit = String(cString: signals_commit())

/// What `--version` prints: name, version and abbreviated commit.
public func versionLine(of program: String) -> String {
  commit.isEmpty ? "\(program) \(version)" : "\(program) \(version) (\(commit.prefix(12)))"
}
