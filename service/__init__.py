"""Election-night results: counts in, standings out."""
