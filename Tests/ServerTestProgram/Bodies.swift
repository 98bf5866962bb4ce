import CZlib
import FastCGI
import Glibc
import HTTPContract
import Server
import StrictJSON

/// `POST /upload`: takes 16 MiB, compressed or not; the answer is the length and the CRC-32 of what came.
struct Upload: EndpointHandler {
  let endpoint = Endpoint(
    .post, "/upload", name: "upload", summary: "For tests.",
    body: .init(limit: 16 << 20, schema: ["type": "string"], example: ""), contents: [])

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [body = call.body] _ throws(Problem) in
      let bytes = try body.decoded()
      let sum = crc32(0, bytes, UInt32(bytes.count))
      return Response.json("\(bytes.count) \(sum)")
    }
  }
}

/// `POST /plain-upload`: one that takes no compressed body.
struct PlainUpload: EndpointHandler {
  let endpoint = Endpoint(
    .post, "/plain-upload", name: "uploadPlain", summary: "For tests.",
    body: .init(takesGzip: false, schema: ["type": "string"], example: ""), contents: [])

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [body = call.body] _ throws(Problem) in
      let bytes = try body.decoded()
      return Response.json(bytes.count)
    }
  }
}

/// `POST /wait`: work that makes a file when it begins, and is not done before there is another.
struct Wait: EndpointHandler {
  let endpoint = Endpoint(
    .post, "/wait", name: "wait", summary: "For tests.", scope: "producer:control", contents: [])
  let file: String

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [file] change in
      change = "{}"
      close(creat("\(file).begun", 0o600))
      while Glibc.access(file, F_OK) != 0 { usleep(1000) }
      return Response.json(Int?.none)
    }
  }
}
