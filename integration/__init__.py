"""How one thing is synced: the HTTP door, two API clients, pure mapping, flows. Knows no database and no Django."""
