"""The services of the mesh, as the gateway sees them."""
