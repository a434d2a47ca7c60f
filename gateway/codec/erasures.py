"""Erasures as they are asked for, and their receipts."""

from faces import fields
from gateway.erasing.order import Order, Receipt, receipt_id_of
from gateway.identity.asking import asking
from sureface.enrollment.v1 import enrollment_pb2 as pb


def decode_order(
    request: pb.DeletePersonRequest | pb.DeleteCollectionRequest, person_id: str
) -> Order:
    """An order of whoever makes the current call.

    Args:
        request: Says where.
        person_id: Who; empty for everybody.

    Raises:
        FieldMissing, FieldInvalid: The request names none, or is spelled wrong.
    """
    request_id, who = fields.request_id(request.request_id), asking()
    return Order(
        receipt_id=receipt_id_of(request_id),
        request_id=request_id,
        collection_id=fields.collection_id(request.collection_id),
        person_id=person_id,
        subject=who.subject if who else "",
        key_id=who.key_id if who else "",
    )


def encode_receipt(receipt: Receipt) -> pb.ErasureReceipt:
    """What was erased, and where that is on record."""
    order = receipt.order
    message = pb.ErasureReceipt(
        receipt_id=order.receipt_id,
        collection_id=order.collection_id,
        person_id=order.person_id,
        template_count=receipt.template_count,
        review_count=receipt.review_count,
        track_count=receipt.track_count,
        subject=order.subject,
        key_id=order.key_id,
        record=receipt.record,
    )
    message.delete_time.FromDatetime(receipt.delete_time)
    return message
