"""The nouns of Greenroom: frozen, pure, without a database, a network or a page."""
