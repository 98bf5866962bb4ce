public import Configuration
public import SystemPackage

/// A program's settings: environment variables, then a `.env` file.
public struct Settings: Sendable {
  private let reader: ConfigReader

  /// Reads settings from any source, such as a test's.
  public init(_ reader: ConfigReader) { self.reader = reader }

  /// Reads the environment, which takes precedence, and the file at `path`, which may be missing.
  ///
  /// - Throws: ``InvalidSetting`` for a file that cannot be read, or that others can write.
  public static func load(environmentFile path: String = ".env") throws(InvalidSetting)
    -> Settings
  {
    let file = try EnvironmentFile(path)
    return Settings(
      ConfigReader(providers: [
        EnvironmentVariablesProvider(),
        EnvironmentVariablesProvider(environmentVariables: file.values),
      ]))
  }

  /// The text of a setting such as `DB_HOST`; nil when unset or empty.
  public func text(_ name: String) -> String? {
    let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
    guard let value = reader.string(forKey: key), !value.isEmpty else { return nil }
    return value
  }

  /// An integer within a range.
  public func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>)
    throws(InvalidSetting) -> Int
  {
    guard let text = text(name) else { return fallback }
    guard let value = Int(text), range.contains(value) else {
      throw InvalidSetting(
        name, text, "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A duration within a range of milliseconds.
  public func milliseconds(_ name: String, default fallback: Int, in range: ClosedRange<Int>)
    throws(InvalidSetting) -> Duration
  {
    .milliseconds(try integer(name, default: fallback, in: range))
  }

  /// A parsed setting; `expected` completes "must be …" in the error message.
  public func value<T>(
    _ name: String, default fallback: T, expected: String, _ parse: (String) -> T?
  ) throws(InvalidSetting) -> T {
    guard let text = text(name) else { return fallback }
    guard let value = parse(text) else { throw InvalidSetting(name, text, expected) }
    return value
  }
}

/// An invalid setting, and what is expected.
public struct InvalidSetting: Error, Equatable, CustomStringConvertible {
  public let description: String

  /// EX_CONFIG of sysexits.h.
  public static let exitStatus: Int32 = 78

  public init(_ description: String) { self.description = description }

  /// - Parameter accepted: What is expected, such as "an integer from 1 to 9".
  public init(_ name: String, _ value: String, _ expected: String) {
    description = "\(name) must be \(expected) (got \"\(value)\")"
  }
}

extension FileDescriptor {
  /// Writes a line and ignores errors, such as a closed pipe.
  public func writeLine(_ text: String) { _ = try? writeAll("\(LogText.escaped(text))\n".utf8) }
}
