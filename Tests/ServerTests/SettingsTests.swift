import Configuration
import Postgres
import Server
import TestSupport
import Testing

@Suite struct SettingsTests {
  private func settings(_ values: [String: String]) -> Settings {
    Settings(ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values)))
  }

  @Test func theDatabaseHasDefaults() throws {
    let database = try settings([:]).database(applicationName: "test")
    #expect(
      database
        == ConnectionParameters(
          host: "localhost", port: "5432", user: "postgres", database: "machine_data",
          applicationName: "test"))
  }

  @Test func everyDatabaseSettingIsHeeded() throws {
    let database = try settings([
      "DB_HOST": "/run/pg,other", "DB_PORT": "5433,5434", "DB_USER": "u", "DB_PASSWORD": "p=w d",
      "DB_NAME": "n", "DB_SSLMODE": "verify-full", "DB_SSLROOTCERT": "/ca",
    ]).database(applicationName: "test")
    var expected = ConnectionParameters(
      host: "/run/pg,other", port: "5433,5434", user: "u", password: "p=w d", database: "n",
      applicationName: "test")
    expected.sslMode = "verify-full"
    expected.sslRootCertificate = "/ca"
    #expect(database == expected)
  }

  @Test(arguments: ["/run/pg", "localhost", "127.0.0.1", "127.9.9.9", "::1", "@x", "/a,localhost"])
  func aPasswordMayGoToThisMachineAsItIs(host: String) throws {
    let database = try settings(["DB_HOST": host, "DB_PASSWORD": "x"])
      .database(applicationName: "test")
    #expect(database.password == "x" && !database.requiresChannelBinding)
  }

  @Test(arguments: ["db", "192.0.2.1", "127.0.0.1.example.com", "2001:db8::1", "1.27.0.0", "/a,db"])
  func aPasswordForAnotherMachineNeedsADecisionAboutTLS(host: String) throws {
    var values = ["DB_HOST": host, "DB_PASSWORD": "hunter2"]
    let error = try #require(throws: InvalidSetting.self) {
      try settings(values).database(applicationName: "test")
    }
    let remote = host.split(separator: ",").last!
    #expect(
      error.description
        == """
        DB_SSLMODE is not set and DB_PASSWORD could be sent to \(remote) in clear text; set it to \
        verify-full, or to disable on a trusted network
        """)
    for (mode, isBound) in [("disable", false), ("verify-full", false), ("require", true)] {
      values["DB_SSLMODE"] = mode
      let database = try settings(values).database(applicationName: "test")
      #expect(database.requiresChannelBinding == isBound)
    }
    values["DB_SSLROOTCERT"] = "/ca"
    #expect(
      try !settings(values).database(applicationName: "test").requiresChannelBinding)
    // Without a password there is nothing to be lost.
    _ = try settings(["DB_HOST": host]).database(applicationName: "test")
    #expect(throws: InvalidSetting.self) {
      try settings(["DB_HOST": host, "DB_ADMIN_USER": "a", "DB_ADMIN_PASSWORD": "x"])
        .administeredDatabase(applicationName: "test")
    }
  }

  @Test(arguments: ["0", "65536", "http", "5432,", "-1"]) func aPortThatIsNoneIsNamed(
    port: String
  ) throws {
    let error = try #require(throws: InvalidSetting.self) {
      try settings(["DB_PORT": port]).database(applicationName: "test")
    }
    #expect(error.description.hasPrefix("DB_PORT must be a port from 1 to 65535"))
    #expect(error.description.hasSuffix("(got \"\(port)\")"))
  }

  @Test(arguments: ["0", "257", "many", "1.5", " 1"]) func aNumberOutOfRangeIsNamedWithItsRange(
    value: String
  ) throws {
    let error = try #require(throws: InvalidSetting.self) {
      try settings(["LANES": value]).integer("LANES", default: 1, in: 1...256)
    }
    #expect(
      error.description == "LANES must be an integer from 1 to 256 (got \"\(value)\")")
  }

  @Test func anEmptySettingIsLeftOut() throws {
    #expect(try settings(["LANES": ""]).integer("LANES", default: 3, in: 1...9) == 3)
    #expect(settings(["LOG_FILE": ""]).text("LOG_FILE") == nil)
  }

  @Test func aSocketLiesInTheRunDirectoryUnlessSetOtherwise() {
    #expect(settings([:]).path("A_SOCKET", default: "a.sock") == ".run/a.sock")
    #expect(
      settings(["RUN_DIR": "/r"]).path("A_SOCKET", default: "a.sock") == "/r/a.sock")
    #expect(
      settings(["RUN_DIR": "/r", "A_SOCKET": "/s"]).path("A_SOCKET", default: "a") == "/s")
  }

  @Test func aFileIsReadAndNeedNotBeThere() throws {
    let directory = try TemporaryDirectory()
    let missing = try Settings.load(environmentFile: directory.file("missing"))
    #expect(missing.text("SIGNALS_TEST_SETTING") == nil)
    let path = try directory.write("# comment\nSIGNALS_TEST_SETTING=a=b\n", to: "env")
    let found = try Settings.load(environmentFile: path)
    #expect(found.text("SIGNALS_TEST_SETTING") == "a=b")
  }
}
