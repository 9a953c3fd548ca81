"""Request checks and response headers shared by Greenroom's HTTP servers."""
