import Curl

extension Configuration {
  var tls: Options.TLS {
    var tls = Options.TLS()
    tls.authorityFile = authorityFile
    tls.certificateFile = certificateFile
    tls.keyFile = keyFile
    tls.verifiesServer = verifiesServer
    tls.readsCertificate = readsCertificate
    return tls
  }
}
