"""Long searches over files: what is asked for, how far it has come, and what was found."""
