"""Government Regulation 361/2007: 52 legal posture rows, their minutes and the category of the work."""
