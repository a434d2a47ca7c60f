"""Who acts: the one place that says when two of them are not two people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, and the key that their call came with."""

    person_id: str
    """The operator or reviewer as the call names them; empty if it names nobody."""

    key_id: str = ""
    """The API key by which the call was authenticated; empty as long as none is."""

    def may_be(self, other: "Principal") -> bool:
        """Whether the two may be one: they share a name or a key. No name equals no other."""
        same_person = bool(self.person_id) and self.person_id == other.person_id
        return same_person or (bool(self.key_id) and self.key_id == other.key_id)
