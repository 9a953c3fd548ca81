"""What every HTTP server of Greenroom checks before a request reaches a route, and the headers of every answer."""
