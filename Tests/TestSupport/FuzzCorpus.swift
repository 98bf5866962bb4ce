import Foundation

/// Inputs that were worth keeping for one target of scripts/fuzz.
public enum FuzzCorpus {
  /// The file names and contents for `target`.
  public static func inputs(for target: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = NginxServer.repository.appendingPathComponent("Tests/Fuzz/corpus/\(target)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    guard !names.isEmpty else { throw SetupFailure("\(folder.path) is empty") }
    return try names.map { name in
      (name, [UInt8](try Data(contentsOf: folder.appendingPathComponent(name))))
    }
  }
}
