def mesurer(v, t):
    return []
