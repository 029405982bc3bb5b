"""Who can log in to the demo library; its demo data gives each of them their login as the password."""

PEOPLE = (
    ("librarian", "mei"),
    ("team lead", "tomas"),
    ("knowledge steward", "odile"),
    ("manager", "ruth"),
    ("privacy officer", "pia"),
    ("patron, Chinese (portal)", "lin.wei@example.org"),
    ("patron, English (portal)", "amara@example.org"),
    ("administrator", "admin"),
)


def table():
    """Lines that say who can log in."""
    width = max(len(login) for _role, login in PEOPLE)
    return [f"    {login:<{width}}  password {login:<{width}}  {role}" for role, login in PEOPLE]
