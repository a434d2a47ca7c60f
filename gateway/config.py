"""What an operator can tell the gateway, read once at start; the policy table is not."""

from dataclasses import dataclass
from pathlib import Path

from gateway.identity.config import IdentityConfig
from gateway.records.journal import SEGMENT_BYTES
from meshkit.tls.redis_url import redis_problem

BUILT_IN_POLICIES = Path(__file__).with_name("policies.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(IdentityConfig):
    """Field ``x`` is the environment variable ``GATEWAY_X``."""

    port: int = 50050
    """TCP port for gRPC."""

    detector: str = "127.0.0.1:50051"
    """Address of the detector, as gRPC understands it (``dns:///…`` balances)."""

    embedder: str = "127.0.0.1:50053"
    """Address of the embedder."""

    gallery: str = "127.0.0.1:50054"
    """Address of the gallery."""

    enhancer: str = ""
    """Address of the enhancer; empty means that none is configured."""

    backends_tls: Path | None = None
    """Folder with `tls.crt`, `tls.key` and `ca.crt` to call the services with, which then must
    speak TLS; often the same as `tls`. A renewed certificate is used from the next call on."""

    template_keys: Path | None = None
    """File of the keys that templates of collections are turned with (docs/security.md, *Renewable
    templates*), the same for gateways and workers; without one, none are."""

    client_certificates: bool = False
    """Whether clients must show a certificate of `ca.crt`, where there is TLS."""

    enhancer_limit_s: float = 1.0
    """An enhancer that takes longer counts as unavailable."""

    calls_at_work: int = 32
    """Calls that are worked on at once, streams apart. Others wait in line; who would wait for more
    than a quarter of their time is refused at once. A gateway answers some hundred calls a second,
    in some tens of milliseconds each: more at once share what is there, and are late together."""

    data: Path
    """Folder for decision records and review items. Required."""

    audit_days: int = 0
    """Days for which decision records are kept; 0 for ever. What is older is removed, and a
    record says so."""

    retention: Path | None = None
    """File that says for how many days a collection lets people, review pictures and findings of
    jobs be kept (docs/operations.md); without one, only the policies do."""

    audit_segment_bytes: int = SEGMENT_BYTES
    """Size at which the decision log goes on in a new file; it does so every day, too."""

    audit_key: Path | None = None
    """File with a key that seals decision records; without one, their hashes are plain."""

    policies: Path = BUILT_IN_POLICIES
    """The policy table. Watched: what it holds comes into force without a restart."""

    policies_look_s: float = 1.0
    """Seconds between two looks at it. What changed is taken at the second look."""

    calibrations: Path = Path("models/calibrations")
    """Folder of calibrations, which a `target_fpir` and likelihood ratios need. Watched like the
    policy table; it may be empty or missing."""

    media: Path | None = None
    """Folder with the videos and pictures that jobs may search, the same for gateway and workers.
    Without one, no job is taken."""

    output: Path | None = None
    """Folder with what jobs have found, the one that workers write (``WORKER_OUTPUT``). Needed to
    review tracks of jobs, and to report on them; read only is enough."""

    jobs: Path | None = None
    """The file of jobs, the same for gateway and workers; `jobs.sqlite` in `data` unless given."""

    jobs_redis: str = ""
    """Redis for jobs instead of a file, such as ``redis://user:password@host:6379/0``: gateways and
    workers of many machines share it. It must write its log through (``appendfsync always``)."""

    jobs_redis_tls: Path | None = None
    """Folder with `tls.crt`, `tls.key` and `ca.crt` to reach it with, whose URL then begins with
    ``rediss://``; often the same as `tls`. A renewed certificate is used by new connections."""

    def __post_init__(self) -> None:
        IdentityConfig.__post_init__(self)
        problem = redis_problem(
            self.jobs_redis, self.jobs_redis_tls, insecure=self.insecure, setting="JOBS_REDIS_TLS"
        )
        if problem:
            raise ValueError(problem)
        if self.policies_look_s <= 0:
            raise ValueError(f"policies_look_s must be positive, got {self.policies_look_s}")
        if self.audit_days < 0:
            raise ValueError(f"audit_days must be 0 or more, got {self.audit_days}")
        for name in ("audit_segment_bytes", "calls_at_work"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")

    @property
    def jobs_file(self) -> Path:
        """Where jobs are, unless they are in Redis."""
        return self.jobs or self.data / "jobs.sqlite"
