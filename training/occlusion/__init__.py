"""FROM: masks what an occluder spoils, and says where it is."""
