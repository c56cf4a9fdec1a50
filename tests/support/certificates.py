"""Certificates of an authority that nobody knows."""

import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certify(authority: Path, certificate: Path, key: Path) -> None:
    """Files with a new authority, and with the certificate and key that it gives a server on loopback."""
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A private authority")])
    now = datetime.datetime.now(datetime.UTC)

    def signed(name: x509.Name, of: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType) -> bytes:
        builder = x509.CertificateBuilder(issuer, name, of.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        made = builder.add_extension(extension, critical=False).sign(root, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)

    loopback = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    authority.write_bytes(signed(issuer, root, x509.BasicConstraints(ca=True, path_length=None)))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    certificate.write_bytes(signed(subject, leaf, loopback))
    key.write_bytes(
        leaf.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
