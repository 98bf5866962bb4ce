import ArgumentParser
import Testing

@testable import SignalsCLI

/// A plain line is parsed as ArgumentParser does; anything else is left to it.
@Suite struct PlainCommandLineTests {
  @Test(arguments: [
    "power",
    "power --url http://127.0.0.1:8080",
    "--json power",
    "--machine machine-1 power --limit 3 --output value",
    "power --output json --json",
    "power --fields value,timestamp --output csv --utc --no-pager",
    "power --context site --timeout 2.5 --retry 3 --verbose --insecure",
    "power --cacert ca.pem --cert own.pem --key own.key --token-file token",
    "a=b",
  ])
  func aPlainLineIsReadAsItIsByArgumentParser(_ line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    #expect(try GetInvocation(plain: words) == Get.parse(words).order())
  }

  @Test func anEmptyValueIsAValue() throws {
    let words = ["power", "--machine", "", "--url", ""]
    #expect(try GetInvocation(plain: words) == Get.parse(words).order())
  }

  @Test(arguments: [
    // Errors.
    "", "power energy", "..", "power --limit", "power --limit some", "power --output xml",
    "power --timeout 0", "power --timeout nan", "power --retry 101", "power --json --output csv",
    "power --url http://a --context b", "power --unknown", "power --unknown value",
    // Valid, but not plain.
    "power --help", "-h", "power --limit=3", "power --limit -3", "power --limit 3 --limit 4",
    "power --json --json", "power -t 3", "power -vt3", "power -- --json", "-- power", "-",
    "power --version",
  ])
  func anythingElseIsLeftToArgumentParser(_ line: String) {
    #expect(GetInvocation(plain: line.split(separator: " ").map(String.init)) == nil)
  }
}
