import ArgumentParser
import Curl
import Signals
import SignalsAPI

extension CompletionKind {
  /// The names of contexts.
  static var contexts: CompletionKind {
    .offering { _ in Completions.contexts() }
  }

  /// The server's signal types.
  static var signalTypes: CompletionKind {
    .offering { Completions.types($0) }
  }

  /// The machines with recent readings.
  static var machines: CompletionKind {
    .offering { Completions.machines($0) }
  }

  /// Candidates found at completion time, restricted to words that are safe in a shell: bash expands
  /// `$(…)` in candidates.
  private static func offering(
    _ words: @escaping @Sendable ([String]) -> [String]
  ) -> CompletionKind {
    .custom { typed, _, _ in words(typed).filter(Completions.isWord) }
  }
}

/// Candidates for shell completion. Somebody is waiting at the prompt: it gives up early and prints no
/// errors.
enum Completions {
  private static let timeout = 0.7

  static func contexts() -> [String] {
    let file = try? ContextFile(environment: environmentVariable)
    return file.map { $0.contexts.keys.sorted() } ?? []
  }

  static func types(_ words: [String]) -> [String] {
    guard var api = api(words), let types = try? api.types().content() else { return [] }
    return types.map(\.name)
  }

  static func machines(_ words: [String]) -> [String] {
    guard var api = api(words),
      let readings = try? api.readings(ofType: "power", limit: 1000, machine: nil).content()
    else { return [] }
    // machine-2 before machine-10.
    return Set(readings.map(\.machine)).sorted {
      ($0.count, $0) < ($1.count, $1)
    }
  }

  /// The server selected by the words so far.
  private static func api(_ words: [String]) -> SignalsClient? {
    guard let options = try? ServerOptions.parse(serverArguments(among: words)),
      let settings = try? ClientSettings(
        options.given(timeout: timeout), environment: environmentVariable),
      let configuration = try? ClientConfiguration(settings, needsToken: false)
    else { return nil }
    guard var api = try? SignalsClient(configuration) else { return nil }
    // No progress indicator: the terminal shows the prompt.
    api.waitHook = WaitHook(every: .seconds(60)) { .proceed }
    return api
  }

  /// The connection options among the words; the others may be incomplete.
  static func serverArguments(among words: [String]) -> [String] {
    let names: Set = ["--url", "--context", "--cacert", "--cert", "--key"]
    var found: [String] = []
    for (index, word) in words.enumerated() {
      if word == "--insecure"
        || names.contains(String(word.prefix { $0 != "=" })) && word.contains("=")
      {
        found.append(word)
      } else if names.contains(word), index + 1 < words.count {
        found += [word, words[index + 1]]
      } else if ["-H", "--hostname"].contains(word), index + 1 < words.count {
        found += ["--url", "https://\(words[index + 1])"]
      }
    }
    return found
  }

  /// Shells split candidates at spaces, expand special characters, and would take a leading hyphen for
  /// an option.
  fileprivate static func isWord(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-_.+@/".utf8.contains($0)
        }
      }
  }
}
