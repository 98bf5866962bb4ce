import Foundation
import GRDB
import TestSupport
import Testing

/// A spool that cannot be written for a while: nothing is lost, and what is wrong is said.
@Suite struct SpoolFailureTests {
  private func blockedReason(_ producer: StandaloneProducer) -> String? {
    producer.state()["blocked_reason"] as? String
  }

  private func finish(_ producer: StandaloneProducer) throws {
    #expect(producer.isStoring())
    #expect(eventually { producer.state()["state"] as? String == "running" })
    #expect(producer.stop()?.status == 0)
    let result = try producer.verify()
    #expect(result["holds"] as? Bool == true, "\(result)")
  }

  @Test(arguments: [true, false])
  func aFileThatAnotherProgramHasLockedIsWaitedFor(isRunningBefore: Bool) throws {
    let producer = try StandaloneProducer(PostgresServer.shared.get())
    try producer.start()
    #expect(producer.isStoring())
    if !isRunningBefore { producer.end(by: SIGKILL) }
    do {
      let other = try DatabaseQueue(path: "\(producer.spool)/spool.sqlite")
      try other.writeWithoutTransaction { database in
        try database.execute(sql: "BEGIN IMMEDIATE")
        if !isRunningBefore { try producer.start() }
        #expect(eventually(within: 60) { blockedReason(producer) != nil }, "\(producer.log)")
        let reason = try #require(blockedReason(producer))
        #expect(reason.hasSuffix("another program has locked spool.sqlite"), "\(reason)")
        try database.execute(sql: "ROLLBACK")
      }
    }
    try finish(producer)
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount a small disk"))
  func onAFullDiskANewSpoolIsRefusedAndAKnownOneWaits() throws {
    let producer = try StandaloneProducer(
      PostgresServer.shared.get(), settings: ["PRODUCER_MACHINES": "50", "SPOOL_KEEP": "0"])
    try producer.directory.makeDirectory("spool")
    let mounting = try ChildProcess.run(
      "/usr/bin/mount", ["-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", producer.spool])
    try #require(mounting.status == 0, "\(mounting.errors)")
    defer { _ = try? ChildProcess.run("/usr/bin/umount", ["--lazy", producer.spool]) }
    let filler = "\(producer.spool)/filler"
    func fill() throws {
      _ = try ChildProcess.run("/bin/sh", ["-c", "cat /dev/zero >\(filler)"])
    }

    try fill()
    let refused = try producer.run()
    #expect(refused.status == 1)
    #expect(
      refused.errors.contains(/signals-producer: .*spool.*(No space left|full)/),
      "\(refused.errors)")
    #expect(unlink(filler) == 0)

    try producer.start()
    #expect(producer.isStoring())
    producer.end(by: SIGKILL)
    // What it kept aside for this day is taken, too.
    #expect(unlink("\(producer.spool)/ballast") == 0)
    try fill()
    try producer.start()
    #expect(eventually(within: 60) { blockedReason(producer) != nil }, "\(producer.log)")
    #expect(blockedReason(producer)?.contains("full") == true)
    #expect(unlink(filler) == 0)
    try finish(producer)
  }
}
