# Programs that verify certificates look where nixpkgs points them.
export NIX_SSL_CERT_FILE="${NIX_SSL_CERT_FILE-/etc/ssl/certs/ca-certificates.crt}"
