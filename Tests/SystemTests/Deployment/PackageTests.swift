import Foundation
import TestSupport
import Testing

/// The Debian package, with stand-ins for the programs: those of a test are large and slow to pack.
@Suite struct PackageTests {
  private let directory: TemporaryDirectory
  private let package: String

  init() throws {
    directory = try TemporaryDirectory()
    try Installation.makeStandIns(in: directory)
    package = try Self.make(in: directory, "signals.deb")
  }

  private static func make(in directory: TemporaryDirectory, _ name: String) throws -> String {
    let outcome = try ChildProcess.run(
      NginxServer.repository.appendingPathComponent("scripts/package").path,
      ["--programs", directory.path, directory.file(name)],
      environment: ["DEBFULLNAME": "The Packager", "DEBEMAIL": "packager@debian.org"])
    guard outcome.status == 0 else { throw SetupFailure("scripts/package: \(outcome.errors)") }
    return directory.file(name)
  }

  @Test func lintianFindsNothing() throws {
    let outcome = try ChildProcess.run("lintian", ["--allow-root", package])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "")
  }

  @Test func itsDocumentsAreThoseOfThisRelease() throws {
    try ChildProcess.output(of: "dpkg-deb", ["-R", package, directory.file("content")])
    let documents = directory.file("content/usr/share/doc/signals")
    let version = try ChildProcess.output(of: "dpkg-deb", ["-f", package, "Version"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let changes = try ChildProcess.output(
      of: "dpkg-parsechangelog", ["-l", "\(documents)/changelog.gz"])
    #expect(changes.contains("\nVersion: \(version)\n"))
    #expect(changes.contains("\nMaintainer: The Packager <packager@debian.org>\n"))
    let copyright = try String(contentsOfFile: "\(documents)/copyright", encoding: .utf8)
    #expect(copyright.contains("has not chosen a licence yet"))
    // Side by side, as their links have it.
    for link in try String(contentsOfFile: "\(documents)/README.md", encoding: .utf8)
      .matches(of: #/\]\(([^)#\s]+)\)/#) where !link.1.contains("://")
    {
      #expect(FileManager.default.fileExists(atPath: "\(documents)/\(link.1)"), "\(link.1)")
    }
  }

  @Test func whateverIsInEtcIsAConfigurationFile() throws {
    try ChildProcess.output(of: "dpkg-deb", ["-R", package, directory.file("content")])
    let listed = try String(
      contentsOfFile: directory.file("content/DEBIAN/conffiles"), encoding: .utf8)
    let there = try ChildProcess.output(
      of: "find", [directory.file("content/etc"), "-type", "f", "-printf", "/etc/%P\n"])
    #expect(Set(listed.split(separator: "\n")) == Set(there.split(separator: "\n")))
    #expect(listed.contains("/etc/signals/common.env\n"))
  }

  @Test func theSameSourceGivesTheSamePackage() throws {
    let again = try Self.make(in: directory, "again.deb")
    #expect(
      FileManager.default.contents(atPath: package) == FileManager.default.contents(atPath: again))
  }

  @Test func itDependsOnTheLibrariesThatItsProgramsAreLinkedWith() throws {
    let depends = try ChildProcess.output(of: "dpkg-deb", ["-f", package, "Depends"])
    #expect(depends.contains("libc6 (>= "))
    #expect(depends.contains("nginx"))
  }
}
