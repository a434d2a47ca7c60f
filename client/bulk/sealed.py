"""Files of templates, encrypted or not: Parquet's own encryption, under an operator's keys.

All of an encrypted file is, names of its columns included (AES-GCM). Its data key is in it,
sealed as a gallery seals templates: any file of keys that has the operator's key opens it.
"""

import base64
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyarrow.parquet import encryption
from typing_extensions import override

from client.bulk.unfit import UnfitError
from meshkit.config import ConfigError
from meshkit.sealing import UNSEALED, Ring, Sealer, Unopenable

_MAGIC = b"PARE"
"""How a file begins that is encrypted as a whole."""

_NAME = "sureface export"
"""What Parquet calls the operator's key, and what a sealed data key is bound to."""

_BUFFER_BYTES = 2**20
"""Of each column that is read: a group of rows may be larger than memory."""


class Lock:
    """Encrypts files, and opens them."""

    def __init__(self, path: Path) -> None:
        """Use a file of keys.

        Raises:
            ConfigError: It cannot be read, or is none.
        """
        self._sealer = Sealer(lambda: Ring.read(path))
        self._factory = encryption.CryptoFactory(lambda _: _Wrapping(self._sealer))
        self._access = encryption.KmsConnectionConfig()

    def closing(self) -> Any:
        """What Parquet writes a file with.

        Raises:
            ConfigError: The first line of the keys encrypts nothing.
        """
        if self._sealer.key_id == UNSEALED:
            raise ConfigError(f"keys: the first line is {UNSEALED}: an export needs a key there")
        how = encryption.EncryptionConfiguration(
            footer_key=_NAME,
            uniform_encryption=True,
            double_wrapping=False,
            data_key_length_bits=256,
        )
        return self._factory.file_encryption_properties(self._access, how)

    def opening(self) -> Any:
        """What Parquet reads a file with."""
        return self._factory.file_decryption_properties(self._access)


class _Wrapping(encryption.KmsClient):  # type: ignore[misc]  # pyarrow ships no types
    """Seals the data keys that Parquet draws."""

    def __init__(self, sealer: Sealer) -> None:
        super().__init__()
        self._sealer = sealer

    @override
    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
        return base64.b64encode(self._sealer.seal(key_bytes, master_key_identifier.encode()))

    @override
    def unwrap_key(self, wrapped_key: bytes, master_key_identifier: str) -> bytes:
        sealed = base64.b64decode(wrapped_key)
        return self._sealer.open(sealed, master_key_identifier.encode())


def reader(path: Path, lock: Lock | None) -> pq.ParquetFile:
    """Open a file; one that is not encrypted needs no lock.

    Raises:
        UnfitError: It is encrypted, and there is no key for it.
        ArrowInvalid: It is no Parquet file.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        locked = file.read(len(_MAGIC)) == _MAGIC
    if locked and not lock:
        raise UnfitError("it is encrypted: --sealing-keys names the file of its key")
    opening = lock.opening() if lock and locked else None
    try:
        return pq.ParquetFile(
            path, buffer_size=_BUFFER_BYTES, pre_buffer=False, decryption_properties=opening
        )
    except Unopenable as error:
        raise UnfitError(str(error)) from None
