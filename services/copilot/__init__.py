"""The copilot: questions over all calls, answered by a whitelist of tools, every sentence with its sources."""
