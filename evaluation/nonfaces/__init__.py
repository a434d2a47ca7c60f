"""Crops of what is no face: what a detector may send by mistake, and what it hardly ever will."""
