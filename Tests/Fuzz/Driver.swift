// What libFuzzer calls. Compiled by scripts/fuzz together with one property of the tests.

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  if let violation = Property.violation(bytes) { fatalError(violation) }
  return 0
}
