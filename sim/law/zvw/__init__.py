"""Zorgverzekeringswet: own payments and the conditions of what is insured, and supplementary cover."""
