"""An erasure as it is asked for, and what proves that it was carried out."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from meshkit.chain import Head

_RECEIPTS = uuid.UUID("5d0c8a5e-3a43-4c62-9d55-1f1ad9a7c6c4")
"""Name space of receipts."""


class Why(Enum):
    """What makes somebody be erased."""

    ASKED = "asked"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Somebody, or everybody of a collection, is to be erased."""

    receipt_id: str
    request_id: str
    """Idempotent by it, in the gallery, too."""

    collection_id: str
    person_id: str
    """Empty for everybody."""

    why: Why = Why.ASKED
    subject: str = ""
    """Who asked, as their credential says; empty without one."""

    key_id: str = ""
    """Which API key they have; empty without one."""

    def same(self, other: "Order") -> bool:
        """Whether it is about the same people."""
        return (self.collection_id, self.person_id) == (other.collection_id, other.person_id)


def receipt_id_of(request_id: str) -> str:
    """The receipt of a request: one that is repeated gets the same one."""
    return str(uuid.uuid5(_RECEIPTS, request_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was erased."""

    order: Order
    template_count: int
    delete_time: datetime
    review_count: int
    """Items whose pictures this gateway has erased."""

    track_count: int | None
    """Tracks of jobs that workers have erased; None if none has said so yet."""

    record: str = ""
    """The record that holds it: position, colon, hash."""

    def held_by(self, head: Head) -> "Receipt":
        """The same, once it is on record."""
        return replace(self, record=str(head))

    def facts(self) -> dict[str, object]:
        """What is on record of it."""
        order = self.order
        who = {"subject": order.subject, "key_id": order.key_id} if order.subject else {}
        return {
            "receipt_id": order.receipt_id,
            "delete_time": self.delete_time.isoformat(),
            "collection_id": order.collection_id,
            "person_id": order.person_id,
            "why": order.why.value,
            "template_count": self.template_count,
            "review_count": self.review_count,
            "track_count": self.track_count,
            **who,
        }


def order_to_dict(order: Order) -> dict[str, str]:
    """An order as it is kept."""
    return asdict(order) | {"why": order.why.value}


def order_from_dict(document: Mapping[str, str]) -> Order:
    """What `order_to_dict` made."""
    return Order(**{**document, "why": Why(document["why"])})  # type: ignore[arg-type]


def receipt_to_dict(receipt: Receipt) -> dict[str, Any]:
    """A receipt as it is kept."""
    times = {"delete_time": receipt.delete_time.isoformat()}
    return asdict(receipt) | {"order": order_to_dict(receipt.order)} | times


def receipt_from_dict(document: Mapping[str, Any]) -> Receipt:
    """What `receipt_to_dict` made."""
    return Receipt(
        **{
            **document,
            "order": order_from_dict(document["order"]),
            "delete_time": datetime.fromisoformat(document["delete_time"]),
        }
    )
