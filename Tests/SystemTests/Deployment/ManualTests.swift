import Foundation
import TestSupport
import Testing

/// Manual pages, from what argument-parser's tool makes to what is installed. The tool itself is built in
/// release mode, which a test cannot wait for: its pages are here as it writes them.
@Suite struct ManualTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// The head of a page and its end, which are alike in all of them.
  private func page(_ words: String, title: String, _ content: String) -> String {
    """
    .Dd November 26, 2026
    .Dt \(title) 1
    .Os
    .Sh NAME
    .Nm \(words)
    \(content)
    .Sh "EXIT STATUS"
    .Ex -std
    """
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try directory.read(name), as: UTF8.self)
  }

  private func tidy(_ name: String, section: Int = 1) throws {
    let script = NginxServer.repository.appendingPathComponent("scripts/lib/manual.sh").path
    let outcome = try ChildProcess.run(
      "bash",
      [
        "-euo", "pipefail", "-c", "source \"$1\"; manual_tidy \"$2\" \"$3\" \"$4\"", "bash",
        script, directory.path, name, "\(section)",
      ])
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func aCommandThatHasItsOwnVersionNamesItOnce() throws {
    try directory.write("", to: "tool.help.1")
    try directory.write("", to: "tool.1")
    try directory.write(
      page(
        #""tool check fresh""#, title: "TOOL.CHECK.FRESH",
        """
        .Nd "How old it is."
        .Sh SYNOPSIS
        .Nm
        .Op Fl -version
        .Op Fl -version
        .Op Fl -help
        .Sh DESCRIPTION
        One.

        Two.
        .Bl -tag -width 6n
        .It Fl V , -version
        Show the version.
        .It Fl -version
        Show the version.
        .It Fl h , -help
        Show help information.
        .El
        """), to: "tool.check.fresh.1")
    try tidy("tool")
    #expect(!directory.has("tool.help.1") && !directory.has("tool.check.fresh.1"))
    let expected = page(
      "tool-check-fresh", title: "TOOL-CHECK-FRESH",
      """
      .Nd How old it is
      .Sh SYNOPSIS
      .Nm "tool check fresh"
      .Op Fl -version
      .Op Fl -help
      .Sh DESCRIPTION
      One.
      .Pp
      Two.
      .Bl -tag -width 6n
      .It Fl V , -version
      Show the version.
      .It Fl h , -help
      Show help information.
      .El
      """)
    #expect(
      try text("tool-check-fresh.1")
        == expected.replacing(".Ex -std", with: ".Ex -std \"tool check fresh\""))
  }

  @Test func aProgramWithoutCommandsNamesNone() throws {
    try directory.write("", to: "tool.help.1")
    let head = page(
      "tool", title: "TOOL",
      """
      .Sh SYNOPSIS
      .Nm
      .Ar subcommand
      .Op Fl -version
      .Op Fl -help
      .Bl -tag -width 6n
      .It Fl -version
      Show the version.
      .El
      """)
    try directory.write("\(head)\n.Sh \"SEE ALSO\"\n.Xr tool.help 1", to: "tool.1")
    try tidy("tool")
    #expect(
      try text("tool.1")
        == head.replacing(".Ar subcommand\n", with: "")
        .replacing(".Sh SYNOPSIS\n.Nm\n", with: ".Sh SYNOPSIS\n.Nm \"tool\"\n")
        .replacing(".Ex -std", with: ".Ex -std \"tool\"") + "\n")
  }

  /// Sections that are written by hand, each in place of the exit status that the tool invents.
  @Test func aPageHasItsOwnSectionsToo() throws {
    let folder = NginxServer.repository.appendingPathComponent("scripts/lib/manual").path
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(pages.count >= 3)
    for page in pages {
      let parts = page.components(separatedBy: ".")
      let section = try #require(Int(parts[1]))
      try directory.write("", to: "\(parts[0]).help.\(section)")
      try directory.write(
        self.page(
          "\"\(parts[0])\"", title: parts[0].uppercased(),
          ".Nd \"A page.\"\n.Sh DESCRIPTION\nSomething."), to: page)
      try tidy(parts[0], section: section)
      let text = try text(page)
      #expect(text.contains("\n.Sh EXIT STATUS\n") && text.contains("\n.Sh EXAMPLES\n"), "\(page)")
      #expect(!text.contains("\"EXIT STATUS\"") && !text.contains("@"), "\(page)")
      let outcome = try ChildProcess.run(
        "man", ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", directory.file(page)],
        environment: ["LC_ALL": "C.UTF-8"])
      #expect(outcome.status == 0 && outcome.errors == "", "\(page): \(outcome.errors)")
    }
  }

  @Test(arguments: [("signals-accessor", "ACCESSOR_LANES"), ("signals-producer", "SPOOL_DIR")])
  func aDaemonsPageHasItsSettings(name: String, setting: String) throws {
    try directory.write("", to: "\(name).help.8")
    try directory.write(
      page("\"\(name)\"", title: name.uppercased(), ".Nd \"A page.\"\n.Sh DESCRIPTION\nSomething."),
      to: "\(name).8")
    try tidy(name, section: 8)
    let text = try text("\(name).8")
    for item in [setting, "DB_HOST", "LOG_LEVEL", "TOKEN_KEYS"] {
      #expect(text.contains("\n.It Ev \(item)\n"), "\(item)")
    }
    #expect(text.contains("\n.It Ev DB_PORT\nA port"))
    #expect(text.contains("\nThe default is\n.Ql 5432 .\n"))
    #expect(!text.contains("SERVER_PORT"))
  }
}
