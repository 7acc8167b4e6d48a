"""The bill of one case or one simulated patient: who pays each line, by which article."""
