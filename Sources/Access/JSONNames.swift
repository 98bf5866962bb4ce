/// The names in a JSON object, which a decoder takes the last of when one is there twice.
enum JSONNames {
  /// Whether each member of the outermost object has a name of its own, written without escapes.
  ///
  /// - Parameter json: An object that a decoder has understood.
  static func areUnique(in json: [UInt8]) -> Bool {
    var names: Set<ArraySlice<UInt8>> = []
    var depth = 0
    var isName = false
    var index = 0
    while index < json.count {
      switch json[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        isName = depth == 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
      case UInt8(ascii: ","):
        isName = depth == 1
      case UInt8(ascii: ":"):
        isName = false
      case UInt8(ascii: "\""):
        guard let end = endOfString(json, from: index + 1) else { return false }
        if isName {
          let name = json[index + 1..<end]
          guard !name.contains(UInt8(ascii: "\\")), names.insert(name).inserted else {
            return false
          }
        }
        index = end
      default: break
      }
      index += 1
    }
    return true
  }

  private static func endOfString(_ json: [UInt8], from start: Int) -> Int? {
    var index = start
    while index < json.count, json[index] != UInt8(ascii: "\"") {
      index += json[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index < json.count ? index : nil
  }
}
