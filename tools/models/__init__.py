"""Brings third-party models in: fetch, check, re-export, check again."""
