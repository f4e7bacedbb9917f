"""What edge, worker and browser agree on. Pure pydantic; runs on CPython 3.11 and in the Worker's 3.14."""
