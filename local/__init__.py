"""The whole cloud on one machine: for development, the demo and the system tests. Nothing imports this package."""
