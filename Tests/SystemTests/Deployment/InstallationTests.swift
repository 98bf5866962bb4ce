import Foundation
import TestSupport
import Testing

/// `scripts/install` and `scripts/uninstall`, below a directory of the test's.
@Suite struct InstallationTests {
  private let installation: Installation
  private let root: TemporaryDirectory

  init() throws {
    installation = try Installation(isWorking: false)
    root = installation.root
  }

  @Test func aSecondInstallationChangesNothingAndKeepsWhatSomebodyChanged() throws {
    let before = try installation.files
    #expect(try installation.install().contains("nothing has changed"))
    try root.write("LOG_LEVEL=debug\n", to: "etc/signals/common.env")
    try root.write("damaged", to: "usr/local/share/doc/signals/README.md")
    let said = try installation.install()
    #expect(said.contains("changed  /usr/local/share/doc/signals/README.md"))
    #expect(try installation.files == before)
    #expect(
      try String(contentsOfFile: root.file("etc/signals/common.env"), encoding: .utf8)
        == "LOG_LEVEL=debug\n")
  }

  @Test func settingsThatCameAndThatWereChangedBothStay() throws {
    // As if an earlier release had come with other settings, which somebody has changed since.
    let manifest = root.file("var/lib/signals/installed")
    let listed = try String(contentsOfFile: manifest, encoding: .utf8)
      .replacingOccurrences(
        of: "[0-9a-f]{64}(?=  /etc/signals/producer.env)",
        with: String(repeating: "0", count: 64), options: .regularExpression)
    try root.write(listed, to: "var/lib/signals/installed")
    try root.write("PRODUCER_SEED=7\n", to: "etc/signals/producer.env")
    let said = try installation.install()
    #expect(said.contains("/etc/signals/producer.env stays; the new one is"))
    #expect(root.has("etc/signals/producer.env.new"))
    #expect(try root.read("etc/signals/producer.env") == Array("PRODUCER_SEED=7\n".utf8))
  }

  @Test func aDryRunDoesNothing() throws {
    try root.remove("usr/local/bin/signals-cli")
    let before = try installation.files
    #expect(try installation.install("--dry-run").contains("new      /usr/local/bin/signals-cli"))
    #expect(try installation.uninstall("--dry-run", "--purge").contains("gone     /etc/signals"))
    #expect(try installation.files == before)
  }

  @Test func uninstallingKeepsSettingsAndDataUntilTold() throws {
    try root.makeDirectory("var/lib/signals/spool")
    try root.write("readings", to: "var/lib/signals/spool/journal")
    _ = try installation.uninstall()
    #expect(try installation.files.allSatisfy { $0.hasPrefix("/etc/") || $0.hasPrefix("/var/") })
    #expect(root.has("etc/signals/common.env") && root.has("etc/nginx/sites-available/signals"))
    _ = try installation.uninstall("--purge")
    #expect(try installation.files == ["/var/lib/signals/spool/journal"])
  }

  @Test func manualPagesAndCompletionsComeAndGo() throws {
    let share = "/usr/local/share"
    let expected =
      Installation.manualPages.map { "\(share)/man/\($0).gz" } + [
        "\(share)/bash-completion/completions/signals-cli",
        "\(share)/zsh/site-functions/_signals-cli",
        "\(share)/fish/vendor_completions.d/signals-cli.fish",
      ]
    #expect(try installation.files.isSuperset(of: expected))
    _ = try installation.uninstall()
    let said = try installation.install("--dry-run")
    for file in expected { #expect(!root.has(file) && said.contains("new      \(file)\n")) }
  }

  @Test func settingsAreForRootAndTheGroupAndHoldNoSecret() throws {
    for name in ["common", "accessor", "producer"] {
      let path = root.file("etc/signals/\(name).env")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o640)
      #expect(!(try String(contentsOfFile: path, encoding: .utf8).contains("PASSWORD")))
    }
  }

  // MARK: Units

  private static let services = [
    "signals-accessor.service", "signals-accessor@a.service", "signals-producer.service",
    "signals-migrate.service",
  ]

  /// Asks systemd's own tool about the installation; systemd itself does not run.
  private func analyze(_ arguments: String...) throws -> ChildProcess.Outcome {
    // What units may refer to on a machine of Debian.
    let system = root.file("usr/lib/systemd/system")
    if !root.has("usr/lib/systemd/system") {
      try root.makeDirectory("usr/lib/systemd")
      try FileManager.default.copyItem(atPath: "/lib/systemd/system", toPath: system)
      try root.makeDirectory("usr/bin")
      for program in ["systemctl", "sh"] {
        try FileManager.default.copyItem(
          atPath: "/usr/bin/env", toPath: root.file("usr/bin/\(program)"))
      }
    }
    return try ChildProcess.run("systemd-analyze", ["--root=\(root.path)", "--man=no"] + arguments)
  }

  @Test func systemdFindsNothingWrongWithTheUnits() throws {
    for unit in Self.services + ["signals-accessor.socket", "signals-producer.socket"] {
      let outcome = try analyze("verify", unit)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(unit): \(outcome.errors)")
    }
  }

  @Test(arguments: [false, true]) func everyServiceIsConfined(hasRemoteDatabase: Bool) throws {
    if hasRemoteDatabase {
      try root.makeDirectory("etc/systemd/system/signals-.service.d")
      try FileManager.default.copyItem(
        atPath: root.file("usr/local/share/doc/signals/examples/remote-database.conf"),
        toPath: root.file("etc/systemd/system/signals-.service.d/remote-database.conf"))
    }
    for unit in Self.services {
      // In tenths.
      let outcome = try analyze("security", "--offline=true", "--threshold=15", unit)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      let network = outcome.output.split(separator: "\n").first { $0.contains("PrivateNetwork=") }
      #expect(network?.hasPrefix("✗") == hasRemoteDatabase, "\(outcome.output)")
    }
  }

  @Test func makingTablesLeavesTheSharedMemoryOfTheServerAlone() throws {
    // What systemd would remove at the end of a unit is all that belongs to its user.
    #expect(try installation.unit("signals-migrate.service").value("User") == "postgres")
    let outcome = try analyze("security", "--offline=true", "signals-migrate.service")
    let line = outcome.output.split(separator: "\n").first { $0.contains("RemoveIPC=") }
    #expect(line?.hasPrefix("✗") == true, "\(outcome.output)")
  }
}
