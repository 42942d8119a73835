"""The town that a first start shows; a real site names its own with BURIDAN_PRESET."""

VILLE_DE_DEMONSTRATION = "bethune"
