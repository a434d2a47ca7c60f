"""What the gateway tells of cameras, from its decision records."""
