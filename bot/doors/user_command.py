"""``python -m bot user add|remove|list``: the file of accounts, written by hand of the command."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from bot.errors import AccountError, SettingsError
from bot.settings import BotSettings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``user`` takes."""
    acts = parser.add_subparsers(metavar="add|remove|list", dest="act", required=True)
    add = acts.add_parser("add", help="add a user, or give one a new password (asked for)")
    remove = acts.add_parser("remove", help="take a user out; signs them out everywhere")
    for act in (add, remove):
        act.add_argument("name", metavar="NAME")
    acts.add_parser("list", help="list the users")


def run(given: argparse.Namespace, settings: BotSettings) -> int:
    """Do it; SettingsError without BOT_AUTH, AccountError for what cannot be done."""
    from bot.doors.accounts import add_account, read_accounts, remove_account

    if not settings.auth:
        raise SettingsError("BOT_AUTH is not set: give the file of accounts, e.g. BOT_AUTH=users")
    path = Path(settings.auth).expanduser()
    if given.act == "add":
        is_new = add_account(path, given.name, _password())
        print(f"{'added' if is_new else 'new password'}: {given.name}")
    elif given.act == "remove":
        remove_account(path, given.name)
        print(f"removed: {given.name}")
    else:
        for name in sorted(read_accounts(path)):
            print(name)
    return 0


def _password() -> str:
    """Ask for it twice, unseen; or read a line where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise AccountError("the two passwords differ; nothing was changed")
    return password
