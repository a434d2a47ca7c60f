"""Certificates for tests: an authority, and folders of those who have one of it."""

import shutil
from pathlib import Path

import grpc.aio
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from client.certs.parties import Party, parties
from client.certs.signing import Pair, authority, certificate, pem_of
from meshkit import status
from meshkit.channels import channel
from meshkit.tls.calling import Trust
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub

PARTIES = {party.name: party for party in parties()}


class House:
    """An authority, and a folder for each who has a certificate of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pair: Pair = authority()

    def believe(self, shown: bytes, key: bytes) -> None:
        """Take the place of an authority that is there already."""
        private = load_pem_private_key(key, password=None)
        assert isinstance(private, EllipticCurvePrivateKey)
        self.pair = load_pem_x509_certificate(shown), private

    @property
    def pem(self) -> bytes:
        """The authority's certificate."""
        return self.pair[0].public_bytes(Encoding.PEM)

    def give(self, name: str, *, days: float = 1, party: Party | None = None) -> Path:
        """Make a certificate, in place of one that may be there; its folder."""
        own = self.folder / name
        own.mkdir(parents=True, exist_ok=True)
        shown, key = certificate(party or PARTIES[name], self.pair, days=days)
        (own / "tls.key").write_bytes(pem_of(key))
        (own / "tls.crt").write_bytes(shown.public_bytes(Encoding.PEM))
        (own / "ca.crt").write_bytes(self.pem)
        return own


def nobody(of: Path, folder: Path) -> Path:
    """A folder that believes the authority of another one, and has no certificate."""
    folder.mkdir()
    shutil.copy(of / "ca.crt", folder)
    return folder


async def ask(port: int, folder: Path | None, name: str = "gallery") -> tuple[str, str]:
    """Call a gallery: the code and the reason of its answer, by name."""
    trust = Trust(folder=folder, name=name) if folder else None
    async with channel(f"127.0.0.1:{port}", [], trust) as opened:
        try:
            await GalleryServiceStub(opened).ListCollections(
                pb.ListCollectionsRequest(), timeout=30
            )
        except grpc.aio.AioRpcError as error:
            info = status.info_of(error)
            return error.code().name, info.reason if info else ""
    return "OK", ""
