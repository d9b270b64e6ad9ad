"""Takes articles in: headlines and pages become stored articles, stories and deliveries."""
