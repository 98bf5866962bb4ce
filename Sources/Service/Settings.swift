public import Configuration
internal import Dispatch
internal import Synchronization
public import SystemPackage

/// The settings of a program: environment variables, and a `.env` file beneath them.
public struct Settings: Sendable {
  private let reader: ConfigReader

  /// Reads settings from any source; tests give their own.
  public init(_ reader: ConfigReader) { self.reader = reader }

  /// Reads the environment, which wins, and the file at `path`; a file that is not there has nothing.
  ///
  /// The library reads the file asynchronously; a program that has not begun yet can only wait.
  public static func load(environmentFile path: String = ".env") throws(InvalidSetting)
    -> Settings
  {
    let loaded = Mutex<Result<Settings, InvalidSetting>?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let result: Result<Settings, InvalidSetting>
      do {
        let file = try await EnvironmentVariablesProvider(
          environmentFilePath: FilePath(path), allowMissing: true)
        result = .success(
          Settings(ConfigReader(providers: [EnvironmentVariablesProvider(), file])))
      } catch {
        result = .failure(InvalidSetting("the file \(path) cannot be read: \(error)"))
      }
      loaded.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    return try loaded.withLock { $0! }.get()
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
  public func writeLine(_ text: String) { _ = try? writeAll("\(text)\n".utf8) }
}
