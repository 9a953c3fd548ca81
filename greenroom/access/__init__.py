"""Who may do what in a studio with sign-in: members, their roles, and the role that each action needs. Pure."""
