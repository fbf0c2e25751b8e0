"""Who may use the console: logins, sessions, roles, and the checks every request passes."""
