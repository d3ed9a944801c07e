"""Figures of docs/figures.md that need the tests around them. The two variables say where they are noted, and how long."""

NOTES, LENGTH = "CHENGYAN_FIGURES_NOTES", "CHENGYAN_FIGURES_LENGTH"
