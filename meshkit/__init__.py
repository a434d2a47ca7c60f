"""What every process of the mesh has in common: serving, failing, batching, configuring.

Knows gRPC and `faces.errors`; knows no service.
"""
