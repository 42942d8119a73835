"""Pages of requests: the portal for everyone, the front desk for agents."""
