"""An area: its regions, its places, the form and the register that a network fills in."""
