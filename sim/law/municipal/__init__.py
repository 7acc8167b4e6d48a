"""What the municipality pays: Wmo and Jeugdwet."""
