"""The drawn characters that offline avatars use: shapes as data, without pixels or pages."""
