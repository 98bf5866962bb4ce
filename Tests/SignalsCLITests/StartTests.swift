import TestSupport
import Testing

/// What makes the program slow to start, and can be told without a clock.
@Suite struct StartTests {
  @Test func neitherFoundationNorItsTablesOfLocalesAreLoaded() throws {
    let libraries = try ChildProcess.output(of: "ldd", [ChildProcess.product("signals-cli")])
    #expect(libraries.contains("libcurl.so"))
    #expect(!libraries.contains("libFoundation.so"))
    #expect(!libraries.contains("libFoundationInternationalization"))
    #expect(!libraries.contains("FoundationICU"))
  }
}
