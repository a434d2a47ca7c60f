"""Puts both branches, the gate and the head into the one graph that is served."""
