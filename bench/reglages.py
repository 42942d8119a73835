"""The product's settings with two things of the bench's own: the bare endpoint, and a count of queries for who asks."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

ROOT_URLCONF = "bench.adresses"
MIDDLEWARE = ["bench.comptage.Comptage", *MIDDLEWARE]
