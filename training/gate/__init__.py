"""Which branch to trust with a crop: the frozen one, the robust one, or how much of each."""
