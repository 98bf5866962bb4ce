import Logging
import Server
import Signals
import Simulation

extension Plant {
  /// Changes the plan: it is in the spool before the caller is answered.
  ///
  /// - Throws: A ``Problem``: what `change` throws, or 503 when the spool cannot be written.
  func changeForGood(_ change: (inout Plan, Timestamp) throws -> Void) throws(Problem) {
    do {
      try self.change(change)
    } catch let problem as Problem {
      throw problem
    } catch {
      Logger(label: "control").error("the plan could not be changed: \(error)")
      throw Problem(
        503, "the producer cannot write the change into its spool, so nothing has changed",
        headers: [("Retry-After", "5")])
    }
  }
}
