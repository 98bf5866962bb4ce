internal import Dispatch
internal import Synchronization

/// Runs async work to completion on the calling thread, which may block.
///
/// JWTKit's key collection is an actor. Blocking on a semaphore while its work runs on the cooperative
/// pool would deadlock as soon as every pool thread blocks that way.
final class BlockingExecutor: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let arrival = DispatchSemaphore(value: 0)

  static func run<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
    let executor = BlockingExecutor()
    let result = Result<Value>()
    return withExtendedLifetime(executor) {
      Task(executorPreference: executor) {
        let value = await work()
        result.value.withLock { $0 = value }
      }
      while true {
        if let value = result.value.withLock({ $0 }) { return value }
        executor.arrival.wait()
        for job in executor.take() { job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
      }
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let unowned = UnownedJob(job)
    jobs.withLock { $0.append(unowned) }
    arrival.signal()
  }

  private final class Result<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }

  private func take() -> [UnownedJob] {
    jobs.withLock { jobs in
      defer { jobs = [] }
      return jobs
    }
  }
}
