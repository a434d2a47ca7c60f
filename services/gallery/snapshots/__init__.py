"""What spares a restart the rebuilding of its indexes: files that may be lost at any time."""

from services.gallery.snapshots.blocks import BlockFile
from services.gallery.snapshots.folder import Folder
from services.gallery.snapshots.manifest import Manifest, Unreadable

__all__ = ["BlockFile", "Folder", "Manifest", "Unreadable"]
