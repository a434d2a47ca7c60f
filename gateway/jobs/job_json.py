"""Jobs as stores keep them: JSON."""

import dataclasses
import json
from datetime import datetime
from typing import Any

from faces.policy import Row, Verdict
from gateway.investigation import Case
from gateway.jobs.job import Media, Order, Progress, Source, State


def order_to_json(order: Order) -> str:
    """Everything that was asked for."""
    document = {
        "job_id": order.job_id,
        "policy": dataclasses.asdict(order.policy)
        | {"on_low_quality": order.policy.on_low_quality.value},
        "collection_id": order.collection_id,
        "contract_id": order.contract_id,
        "case": dataclasses.asdict(order.case),
        "sources": [[source.media.value, source.path] for source in order.sources],
        "priority": order.priority,
        "create_time": order.create_time.isoformat(),
        "fingerprint": order.fingerprint,
        "review_count": order.review_count,
    }
    return json.dumps(document)


def order_from_json(text: str | bytes) -> Order:
    """What `order_to_json` wrote."""
    document: dict[str, Any] = json.loads(text)
    columns = document["policy"]
    columns["on_low_quality"] = Verdict(columns["on_low_quality"])
    return Order(
        job_id=document["job_id"],
        policy=Row(**columns),
        collection_id=document["collection_id"],
        contract_id=document["contract_id"],
        case=Case(**document["case"]),
        sources=tuple(Source(Media(media), path) for media, path in document["sources"]),
        priority=document["priority"],
        create_time=datetime.fromisoformat(document["create_time"]),
        fingerprint=document["fingerprint"],
        review_count=document.get("review_count", 0),
    )


def progress_to_json(progress: Progress) -> str:
    """How far a job has come. Equal progress is equal text: stores compare it."""
    document = dataclasses.asdict(progress)
    document["state"] = progress.state.value
    document["end_time"] = progress.end_time.isoformat() if progress.end_time else None
    return json.dumps(document)


def progress_from_json(text: str | bytes) -> Progress:
    """What `progress_to_json` wrote."""
    document: dict[str, Any] = json.loads(text)
    document["state"] = State(document["state"])
    if document["end_time"]:
        document["end_time"] = datetime.fromisoformat(document["end_time"])
    return Progress(**document)
