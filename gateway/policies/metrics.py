"""What the gateway measures of its policy table."""

from prometheus_client import Counter, Gauge, Info

IN_FORCE = Info("gateway_policy", "The policy table in force, by version.")
REJECTED = Gauge(
    "gateway_policy_rejected", "1 while the policy file holds what was rejected, else 0."
)
READ = Counter(
    "gateway_policy_read_total", "Changes of the policy file that were read.", ["outcome"]
)
