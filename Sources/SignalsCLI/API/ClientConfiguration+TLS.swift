import Curl

extension ClientConfiguration {
  var tls: SessionOptions.TLS {
    var tls = SessionOptions.TLS()
    tls.authorityFile = authorityFile
    tls.certificateFile = certificateFile
    tls.keyFile = keyFile
    tls.verifiesServer = verifiesServer
    tls.readsCertificate = readsCertificate
    return tls
  }
}
