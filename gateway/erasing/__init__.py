"""Erasure: from a request to everything that holds something of somebody, and to a receipt."""
