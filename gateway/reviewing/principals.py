"""Who makes the call that is being answered, for rules about people."""

from faces.errors import FieldInvalid
from faces.review import Principal
from gateway.identity.asking import asking


def principal(person_id: str = "") -> Principal:
    """Whoever asks, as the call names them and as their credential does, if they bring one.

    Args:
        person_id: The operator of the request; empty if it names nobody, as a camera's does not.
    """
    who = asking()
    return Principal(person_id, who.key_id, who.subject) if who else Principal(person_id)


def oneself(person_id: str, field: str) -> Principal:
    """Whoever asks, where nobody may act for anybody else: who reviews, who reads a case.

    Args:
        person_id: As the request names them.
        field: Where it does.

    Raises:
        FieldInvalid: Their credential is somebody else's.
    """
    who = asking()
    if who and who.subject != person_id:
        raise FieldInvalid(field=field, rule="must be who the credential says you are")
    return principal(person_id)
