public import Configuration
public import SystemPackage

/// The settings of a program: environment variables, and a `.env` file beneath them.
public struct Settings: Sendable {
  private let reader: ConfigReader

  /// Reads settings from any source; tests give their own.
  public init(_ reader: ConfigReader) { self.reader = reader }

  /// Reads the environment, which wins, and the file at `path`; a file that is not there has nothing.
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

  /// The text of a setting such as `DB_HOST`; nil when it is left out or empty.
  public func text(_ name: String) -> String? {
    let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
    guard let value = reader.string(forKey: key), !value.isEmpty else { return nil }
    return value
  }

  /// A whole number within a range.
  public func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>)
    throws(InvalidSetting) -> Int
  {
    guard let text = text(name) else { return fallback }
    guard let value = Int(text), range.contains(value) else {
      throw InvalidSetting(
        name, text, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A number of milliseconds within a range.
  public func milliseconds(_ name: String, default fallback: Int, in range: ClosedRange<Int>)
    throws(InvalidSetting) -> Duration
  {
    .milliseconds(try integer(name, default: fallback, in: range))
  }

  /// A setting whose text is looked up; `accepted` says what would be found.
  public func value<T>(
    _ name: String, default fallback: T, accepted: String, _ parse: (String) -> T?
  ) throws(InvalidSetting) -> T {
    guard let text = text(name) else { return fallback }
    guard let value = parse(text) else { throw InvalidSetting(name, text, accepted) }
    return value
  }
}

/// A setting that cannot be used, and what could be.
public struct InvalidSetting: Error, Equatable, CustomStringConvertible {
  public let description: String

  /// EX_CONFIG of sysexits.h.
  public static let exitStatus: Int32 = 78

  public init(_ description: String) { self.description = description }

  /// - Parameter accepted: What would be right, as in "a whole number from 1 to 9".
  public init(_ name: String, _ value: String, _ accepted: String) {
    description = "\(name) is \"\(value)\"; accepted is \(accepted)"
  }
}

extension FileDescriptor {
  /// Writes a line, and does not mind when nobody can read it.
  public func writeLine(_ text: String) { _ = try? writeAll("\(LogText.escaped(text))\n".utf8) }
}
