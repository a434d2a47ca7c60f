"""The networks: noise estimate, denoiser, generator, and the two in a row."""
