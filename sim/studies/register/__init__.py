"""A network's own register: requests, stays, and the weeks to come."""
