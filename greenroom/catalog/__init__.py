"""What an agent may be: vendors, settings, voices and rules, as typed data. Every form, check and payload reads it."""
