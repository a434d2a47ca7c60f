"""Cameras, watched through one stream after another: none lasts for ever, the camera does."""
