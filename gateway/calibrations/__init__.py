"""Calibrations through their life: read, loaded, and asked where a match begins."""
