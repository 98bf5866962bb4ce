import HTTPContract
import Server
import Simulation
import SystemPackage

/// A scenario file, and the setting that names it.
struct ScenarioFile {
  /// The same limit as for a request body.
  private static let longest = Endpoint.Body.standardLimit

  /// An environment variable, or a command-line option.
  var setting: String
  var path: String

  /// Applies the scenario to the plan, or throws the reason why not.
  func apply(to plan: inout Plan) throws(InvalidSetting) {
    do throws(Problem) {
      try ControlRequest.decode(ScenarioOrder.self, try contents(), of: "the file").apply(to: &plan)
    } catch {
      throw InvalidSetting("\(setting): cannot use \"\(path)\": \(error.detail)")
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
    throw Problem(400, "the file is longer than \(ScenarioFile.longest) bytes")
  }

  /// The whole content, or more than the limit.
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
