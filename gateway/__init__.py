"""The gateway: the public API, the pipeline, the policies. It holds no model."""
