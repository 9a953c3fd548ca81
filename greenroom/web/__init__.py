"""HTTP and WebSocket routes: a thin layer over the services, with security checks Streamlit doesn't provide."""
