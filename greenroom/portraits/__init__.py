"""The drawn characters of offline avatars: vector shapes as data."""
