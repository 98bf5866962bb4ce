import ArgumentParser
import TestSupport
import Testing

@testable import SignalsCLI

/// Every help screen at 80 columns: Screens/help.
@Suite struct HelpTests {
  /// The path of each command.
  static let commands = paths(to: SignalsCommand.self)

  private static func paths(
    to command: any ParsableCommand.Type, _ words: [String] = []
  ) -> [[String]] {
    [words]
      + command.configuration.subcommands.flatMap { subcommand in
        paths(to: subcommand, words + [subcommand.configuration.commandName ?? ""])
      }
  }

  private static func name(_ words: [String]) -> String {
    (["signals-cli"] + words).joined(separator: "-")
  }

  @Test(arguments: commands) func aHelpScreenIsAsItIsKept(_ words: [String]) throws {
    let outcome = try signals(words + ["--help"], environment: ["COLUMNS": "80"])
    try Screen.expect(outcome.output, "help/\(Self.name(words))", width: 80)
    #expect(outcome.errors == "")
    // For a check, help is not a state.
    #expect(outcome.status == (words.first == "check" ? ProbeStatus.unknown.rawValue : 0))
  }

  @Test func eachScreenIsThatOfACommand() throws {
    #expect(try Screen.names(in: "help") == Self.commands.map(Self.name).sorted())
  }
}
