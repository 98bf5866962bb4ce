import EventLoop
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
      try ControlRequest.decode(ScenarioRequest.self, try contents(), of: "the file").apply(
        to: &plan)
    } catch {
      throw InvalidSetting("\(setting): cannot use \"\(path)\": \(error.detail)")
    }
  }

  private func contents() throws(Problem) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      return try file.closeAfter { try file.contents(limit: ScenarioFile.longest) }
    } catch Errno.fileTooLarge {
      throw Problem(400, "the file is longer than \(ScenarioFile.longest) bytes")
    } catch {
      throw Problem(400, "\(error)")
    }
  }
}
