import Logging
import Server
import Simulation
import Time

extension ProducerController {
  /// Changes the plan; the change is on disk when this returns.
  ///
  /// - Throws: The ``Problem`` of `change`, or a 503 when the spool cannot be written.
  func changeDurably(_ change: (inout Plan, Timestamp) throws -> Void) throws(Problem) {
    do {
      try self.change(change)
    } catch let problem as Problem {
      throw problem
    } catch {
      Logger(label: "control").error("cannot change the plan: \(error)")
      throw Problem(
        503, "cannot write to the spool; nothing was changed",
        headers: [("Retry-After", "5")])
    }
  }
}
