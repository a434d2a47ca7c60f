"""The process that does jobs: any number of them, beside the gateway."""
