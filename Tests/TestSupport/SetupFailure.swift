import Glibc

/// Why a test could not be set up.
public struct SetupFailure: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }

  /// A call of the system's that failed just now: `listen: Address already in use`.
  static func ofSystem(_ activity: String) -> SetupFailure {
    SetupFailure("\(activity): \(String(cString: strerror(errno)))")
  }
}
