"""Who acts: the one place that says when two of them are not two people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, and the credential that their call came with."""

    person_id: str
    """The operator or reviewer as the call names them; empty if it names nobody."""

    key_id: str = ""
    """The API key by which the call was authenticated; empty if by none."""

    subject: str = ""
    """Who the credential says it is; empty without one. An operator may be named by a system
    that calls for many: then this is the system."""

    def may_be(self, other: "Principal") -> bool:
        """Whether the two may be one: they share a name or a key. No name equals no other."""
        shared = {self.person_id, self.subject} & {other.person_id, other.subject} - {""}
        return bool(shared) or (bool(self.key_id) and self.key_id == other.key_id)
