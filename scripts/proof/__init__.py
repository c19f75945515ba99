"""Proof that the conformance suite works: machine-made mutants, saboteurs, cheaters, legal variants, repeated runs."""
