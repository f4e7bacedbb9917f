"""The validation kit: a blind stopwatch or goniometer record against ours, with figures of agreement."""
