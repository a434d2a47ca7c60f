"""Transport security: certificates as files, who shows one, and who may call whom."""
