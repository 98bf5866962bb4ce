import FastCGI
import HTTPContract
import Server
import SignalsAPI
import StrictJSON

/// `GET /openapi.json`: the API of both services.
struct GetOpenAPI: EndpointHandler {
  let endpoint = ServiceEndpoints.openAPI

  private let response = Response(
    status: 200, contentType: "application/json", headers: [("Cache-Control", "no-cache")],
    body: Array(API.openAPI.description.utf8)
  ).rendered()

  func handle(_ call: borrowing Call) throws(Problem) -> Action { .reply(response) }
}
