"""MobileFaceNet in torch: the shipped one with its weights, or a new one."""
