"""Who makes the call that is being answered, for rules about people."""

from faces.review import Principal


def principal(person_id: str = "") -> Principal:
    """Whoever asks, as the call names them; without a key as long as callers have none.

    Args:
        person_id: The operator or reviewer of the request; empty if it names nobody, as a
            camera's does not.
    """
    return Principal(person_id)
