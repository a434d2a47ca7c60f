"""Keys and certificates: elliptic curve P-256, X.509."""

import ipaddress
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from client.certs.parties import Party

AUTHORITY_DAYS = 5 * 365
"""How long an authority is believed."""

_SKEW = timedelta(minutes=5)
"""Clocks of machines may differ: certificates are valid from a little before now."""

Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def authority() -> Pair:
    """Make an authority that signs certificates of the mesh, but no other authorities."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Sureface development CA")
    builder = (
        _builder(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
    )
    return builder.sign(key, hashes.SHA256()), key


def certificate(party: Party, by: Pair, *, days: float) -> Pair:
    """Make a key and a certificate for somebody.

    Args:
        party: Who.
        by: The authority.
        days: How long it is valid; less than 0 makes one that has expired.
    """
    authority, authority_key = by
    key = ec.generate_private_key(ec.SECP256R1())
    usages = [ExtendedKeyUsageOID.SERVER_AUTH] * party.serves
    usages += [ExtendedKeyUsageOID.CLIENT_AUTH] * party.calls
    builder = (
        _builder(_name(party.name), authority.subject, key, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.SubjectAlternativeName(_names(party)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
    )
    return builder.sign(authority_key, hashes.SHA256()), key


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key as it is kept in a file."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: float
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    until = now + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, until) - _SKEW)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _names(party: Party) -> list[x509.GeneralName]:
    hosts = [_host(name) for name in (party.name, *party.names)] if party.serves else []
    return [x509.UniformResourceIdentifier(party.uri), *hosts]


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
