"""Takes articles in: headlines and pages become stored articles with stories and deliveries."""
