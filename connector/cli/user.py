"""`connector user` and `connector password-hash`: who may log in to the console."""

import sys
from typing import Annotated

import typer

from connector.cli import output
from connector.cli.opening import open_runtime
from connector.cli.options import AsJson, text
from models.role import Role

app = typer.Typer(help="Logins of the console.")

Name = Annotated[str, typer.Argument(parser=text, metavar="NAME", help="The login's name.")]
_LONGEST_LINE = 4096


@app.command()
def add(
    *,
    name: Name,
    role: Annotated[Role, typer.Option("--role", help="What the login may do.")],
    as_json: AsJson = False,
) -> None:
    """Add a login; its password is asked for, or read from the first line of standard input."""
    password = _new_password()
    with open_runtime() as runtime:
        from connector.console.access import people

        kept = people.add(runtime, name=name, role=role, password=password, by=_by())
    _report(
        {"user": kept, "role": role.value},
        f"{kept} may log in to the console, as {role.value}.",
        as_json=as_json,
    )


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the logins."""
    with open_runtime() as runtime:
        from connector.ledger import users

        rows = runtime.database.read(users.list_users)
    from models.times import isoformat

    documents = [
        {
            "user": row.name,
            "role": row.role.value,
            "created_at": isoformat(row.created_at),
            "last_login_at": isoformat(row.last_login_at),
        }
        for row in rows
    ]
    if as_json:
        output.write_json({"users": documents})
        return
    if not documents:
        output.people().print("There is no login yet; add one with connector user add NAME --role admin.")
        return
    shown = output.table("Name", "Role", "Added", "Last login")
    for each in documents:
        last = output.second(each["last_login_at"]) or "never"
        shown.add_row(output.cell(each["user"]), each["role"], output.second(each["created_at"]), last)
    output.people().print(shown)


@app.command()
def password(*, name: Name, as_json: AsJson = False) -> None:
    """Set a login's password and end its sessions; asked for, or the first line of standard input."""
    new = _new_password()
    with open_runtime() as runtime:
        from connector.console.access import people
        from connector.ledger import users

        kept = users.user_name(name)
        people.change_password(runtime, name=kept, password=new, by=_by())
    _report(
        {"user": kept, "changed": True},
        f"{kept} has a new password and has to log in again.",
        as_json=as_json,
    )


@app.command()
def role(
    *,
    name: Name,
    role: Annotated[Role, typer.Option("--role", help="What the login may do from now on.")],
    as_json: AsJson = False,
) -> None:
    """Change what a login may do, from its next click on."""
    with open_runtime() as runtime:
        from connector.console.access import people
        from connector.ledger import users

        kept = users.user_name(name)
        people.change_role(runtime, name=kept, role=role, by=_by())
    _report(
        {"user": kept, "role": role.value}, f"{kept} is {role.value} from the next click on.", as_json=as_json
    )


@app.command()
def remove(*, name: Name, as_json: AsJson = False) -> None:
    """Remove a login and end its sessions."""
    with open_runtime() as runtime:
        from connector.console.access import people
        from connector.ledger import users

        kept = users.user_name(name)
        people.remove(runtime, name=kept, by=_by())
    _report({"user": kept, "removed": True}, f"{kept} cannot log in any more.", as_json=as_json)


def password_hash() -> None:
    """Print the hash of a password for CONNECTOR_CONSOLE_PASSWORD_HASH, the console's login `admin`."""
    from connector.console.access.passwords import hash_password

    output.write_text(hash_password(_new_password()))


def _new_password() -> str:
    """A password typed twice at a terminal, else the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    line = sys.stdin.readline(_LONGEST_LINE)
    return line.rstrip("\r\n")


def _by() -> str:
    """Who runs the command, for the audit trail."""
    import getpass

    try:
        return f"{getpass.getuser()[:48]} (command)"
    except (OSError, KeyError, ImportError):
        return "somebody (command)"


def _report(document: dict[str, object], sentence: str, *, as_json: bool) -> None:
    if as_json:
        output.write_json(document)
    else:
        output.people().print(sentence)
