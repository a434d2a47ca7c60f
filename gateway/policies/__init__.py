"""The policy table through its life: read, put into force, kept, tried on the past."""
