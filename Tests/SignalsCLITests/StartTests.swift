import TestSupport
import Testing

/// Causes of a slow start that can be tested without a clock.
@Suite struct StartTests {
  @Test func neitherFoundationNorItsTablesOfLocalesAreLoaded() throws {
    let libraries = try ChildProcess.output(of: "ldd", [ChildProcess.product("signals-cli")])
    #expect(libraries.contains("libcurl.so"))
    #expect(!libraries.contains("libFoundation.so"))
    #expect(!libraries.contains("libFoundationInternationalization"))
    #expect(!libraries.contains("FoundationICU"))
  }
}
