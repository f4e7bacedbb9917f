"""What all tests share: no property test fails for being slow, as the first call of a compiled loop is."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
