import Server
import Simulation
import SystemPackage

/// A file with a scenario, and what named it.
struct ScenarioFile {
  /// As much as the body of a request.
  private static let longest = 65_536

  /// A variable, or an option of the command line.
  var setting: String
  var path: String

  /// Puts the scenario into the plan, or says what cannot be.
  func apply(to plan: inout Plan) throws(InvalidSetting) {
    do throws(Problem) {
      try ControlRequest.decode(ScenarioOrder.self, try contents(), of: "it").apply(to: &plan)
    } catch {
      throw InvalidSetting("\(setting) is \"\(path)\", which cannot be used: \(error.detail)")
    }
  }

  private func contents() throws(Problem) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      let contents = try file.closeAfter { try ScenarioFile.read(file) }
      if contents.count <= ScenarioFile.longest { return contents }
    } catch {
      throw Problem(400, "\(error)")
    }
    throw Problem(400, "it is longer than \(ScenarioFile.longest) bytes")
  }

  /// All that there is, or more than there may be.
  private static func read(_ file: FileDescriptor) throws -> [UInt8] {
    var contents: [UInt8] = []
    var isAtEnd = false
    while !isAtEnd, contents.count <= longest {
      contents += try [UInt8](unsafeUninitializedCapacity: longest + 1) { buffer, count in
        count = try file.read(into: .init(buffer))
        isAtEnd = count == 0
      }
    }
    return contents
  }
}
