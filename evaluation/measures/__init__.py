"""What the report computes: pure functions over numpy arrays, one question a module."""
