// swift-tools-version: 6.2
import PackageDescription

/// `SIGNALS_STRICT=1` turns warnings into errors; scripts/test sets it, a newcomer's newer compiler
/// does not have to agree with ours.
let strict = Context.environment["SIGNALS_STRICT"] == "1"

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

/// For `--version`; none in a source tree without Git.
let commit = Context.gitInformation?.currentCommit

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(
  name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

func library(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
  -> Target
{
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
  of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies, exclude: exclude,
    swiftSettings: settings)
}

let package = Package(
  name: "signals",
  products: [
    .executable(name: "signals-accessor", targets: ["Accessor"]),
    .executable(name: "signals-producer", targets: ["Producer"]),
    .executable(name: "signals-cli", targets: ["SignalsCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    // Imports point downward only: a target may name those of the floors beneath it.

    // Floor 5: the three programs, each a table of endpoints or commands.
    program(
      "Accessor",
      [
        "Access", "EventLoop", "FastCGI", "HTTPContract", "Postgres", "Server", "SignalStore",
        "Signals", "SignalsAPI", "StrictJSON", "Time", argumentParser, logging, system,
      ]),
    program(
      "Producer",
      [
        "Access", "EventLoop", "FastCGI", "HTTPContract", "Postgres", "Server", "SignalStore",
        "Signals", "SignalsAPI", "Simulation", "Spool", "StrictJSON", "Time", argumentParser,
        logging, system,
      ]),
    program(
      "SignalsCLI",
      [
        "Access", "Curl", "HTTPContract", "Signals", "SignalsAPI", "Spelling", "StrictJSON",
        "Time", argumentParser,
      ]),

    // Floor 4: what serves FastCGI, and knows no signals.
    library(
      "Server",
      [
        "Access", "EventLoop", "FastCGI", "Gzip", "HTTPContract", "Postgres", "Spelling",
        "StrictJSON", "Time", configuration, logging, system,
      ]),

    // Floor 3: all SQL, and what waits for the database.
    library(
      "SignalStore", ["Postgres", "Signals", "Time"],
      resources: [
        .embedInCode("Migrations/0001_signals.sql"), .embedInCode("Migrations/0002_ingest.sql"),
        .embedInCode("Migrations/0003_partitions.sql"), .embedInCode("Migrations/0004_days.sql"),
        .embedInCode("Migrations/0005_locks.sql"), .embedInCode("Migrations/0006_ids.sql"),
        .embedInCode("Migrations/0007_series.sql"),
        .embedInCode("Roles/roles.sql"), .embedInCode("Roles/grants.sql"),
        .embedInCode("Roles/limits.sql"), .embedInCode("Roles/unlimited.sql"),
        .embedInCode("Segments/segments.sql"), .embedInCode("Segments/journal.sql"),
      ]),
    library("Spool", ["EventLoop", "Signals", "Time", grdb, logging, system]),

    // Floor 2: one library of others each.
    library("Access", ["EventLoop", "StrictJSON", crypto, jwt, logging, system]),
    library("Postgres", ["CPostgres", "EventLoop"]),
    library("FastCGI", ["CFastCGI", "CLinux", "EventLoop", system]),
    library("Curl", ["CCurl"]),
    library("Gzip", ["CZlib"]),

    // Floor 1: the declared API, the domain, JSON by the letter, time, and the kernel's ways to wait.
    library("SignalsAPI", ["HTTPContract", "Signals", "StrictJSON", "Time"]),
    library("HTTPContract", ["StrictJSON"]),
    library("StrictJSON", []),
    library("Simulation", ["Signals", "Time"]),
    library("Signals", ["CBuildInfo", "Time"]),
    library("Spelling", []),
    library("Time", []),
    library("EventLoop", ["CLinux", system]),

    // Floor 0: the C libraries as they are.
    .target(
      name: "CBuildInfo",
      cSettings: commit.map { [.define("SIGNALS_COMMIT", to: "\"\($0)\"")] } ?? []),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CFastCGI", pkgConfig: "fcgi", providers: [.apt(["libfcgi-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .target(
      name: "TestSupport", dependencies: ["Postgres", "Signals", "Time"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests(of: "Access", ["EventLoop", crypto, jwt]),
    tests(of: "EventLoop", [system]),
    tests(of: "Signals", ["Time"]),
    tests(of: "Spelling"),
    tests(of: "Time"),
    tests(of: "StrictJSON"),
    tests(of: "Simulation", ["Signals", "Time"]),
    tests(of: "Postgres", ["EventLoop"]),
    .executableTarget(
      name: "FastCGITestResponder", dependencies: ["EventLoop", "FastCGI", system],
      path: "Tests/FastCGITestResponder", swiftSettings: settings),
    tests(of: "FastCGI", ["EventLoop", "FastCGITestResponder"]),
    tests(of: "Curl"),
    tests(of: "Gzip"),
    tests(of: "Spool", ["EventLoop", "Signals", "Time", grdb]),
    tests(of: "SignalStore", ["Postgres", "Signals", "Time"]),
    tests(of: "HTTPContract", ["StrictJSON"]),
    tests(of: "SignalsAPI", ["HTTPContract", "Signals", "StrictJSON", "Time"]),
    .executableTarget(
      name: "ServerTestProgram",
      dependencies: [
        "Access", "CZlib", "EventLoop", "FastCGI", "HTTPContract", "Postgres", "Server",
        "SignalStore", "StrictJSON",
      ],
      path: "Tests/ServerTestProgram", swiftSettings: settings),
    tests(
      of: "Server",
      [
        "CZlib", "FastCGI", "HTTPContract", "Postgres", "ServerTestProgram", "Time",
        configuration, logging, system,
      ]),
    tests(
      of: "Producer",
      [
        "EventLoop", "Server", "Signals", "SignalsAPI", "Simulation", "Spool", "StrictJSON", "Time",
      ]),
    tests(
      of: "SignalsCLI", ["Curl", "Signals", "SignalsAPI", "StrictJSON", "Time"],
      exclude: ["Screens"]),
    .testTarget(
      name: "SystemTests",
      dependencies: [
        "TestSupport", "Curl", "EventLoop", "HTTPContract", "Postgres", "Server", "Signals",
        "SignalsAPI", "Simulation", "Spool", "StrictJSON", "Time", "Accessor", "Producer",
        "SignalsCLI",
        crypto, grdb,
      ],
      exclude: ["requirements.txt", "schemathesis.toml"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
