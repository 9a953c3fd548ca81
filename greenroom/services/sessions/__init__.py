"""Past sessions: records, recordings, timelines, reviews, trends, export and transfer."""
