"""One vector out of two: of the crop as it came, and of the enhanced one."""
