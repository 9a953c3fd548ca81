"""Agora's Conversational AI Engine seen from the server: hosts, tokens, the REST client, the join body, webhooks."""
