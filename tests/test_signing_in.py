"""Who may sign in: the file of accounts, its command, and passwords checked without waste."""

from __future__ import annotations

import io
import stat
import sys
from pathlib import Path

import pytest

from bot.commands import main
from bot.doors.accounts import Accounts, PasswordHash, add_account, read_accounts, remove_account
from bot.doors.admitting import credentials_of
from bot.doors.page_sessions import PageSessions
from bot.doors.signing_in import SignIn
from bot.errors import AccountError, LimitError

PASSWORD = "correct horse: battery"
HERE = "192.0.2.1"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    add_account(path, "ann", PASSWORD)
    return path


@pytest.fixture
def clock() -> list[float]:
    return [1_000.0]


@pytest.fixture
def sign_in(users: Path, clock: list[float]) -> SignIn:
    return SignIn(Accounts(users), lambda: clock[0])


def test_scrypt_is_that_of_rfc_7914() -> None:
    # Section 12, the third vector: "pleaseletmein", "SodiumChloride", N=16384, r=8, p=1.
    digest = bytes.fromhex(
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    )

    assert PasswordHash(16384, 8, 1, b"SodiumChloride", digest).matches("pleaseletmein")


def test_a_password_is_kept_as_a_hash_alone(users: Path) -> None:
    text = users.read_text(encoding="utf-8")

    assert text.startswith("ann:scrypt$32768$8$3$")
    assert PASSWORD not in text
    assert stat.S_IMODE(users.stat().st_mode) == 0o600


def test_the_right_password_signs_in_and_a_wrong_one_does_not(sign_in: SignIn) -> None:
    assert sign_in.is_right(HERE, "ann", PASSWORD)
    assert not sign_in.is_right(HERE, "ann", PASSWORD + "x")
    assert not sign_in.is_right(HERE, "ann", "")
    assert not sign_in.is_right(HERE, "nobody", PASSWORD)
    assert not sign_in.is_right(HERE, "ann", "x" * 100_000)


def test_a_password_that_was_right_is_not_hashed_again_for_a_while(
    sign_in: SignIn, clock: list[float]
) -> None:
    for _ in range(200):  # Far more than the tries that an address has.
        assert sign_in.is_right(HERE, "ann", PASSWORD)
    clock[0] += 3_600

    assert sign_in.is_right(HERE, "ann", PASSWORD)


def test_too_many_wrong_passwords_from_an_address_are_refused_for_a_while(
    sign_in: SignIn, clock: list[float]
) -> None:
    for _ in range(10):
        assert not sign_in.is_right(HERE, "ann", "guess")

    with pytest.raises(LimitError, match="too many wrong passwords") as told:
        sign_in.is_right(HERE, "ann", PASSWORD)
    assert sign_in.is_right("192.0.2.2", "ann", PASSWORD)
    clock[0] += told.value.retry_after
    assert sign_in.is_right(HERE, "ann", PASSWORD)


def test_a_changed_file_counts_at_once(users: Path, sign_in: SignIn) -> None:
    assert sign_in.is_right(HERE, "ann", PASSWORD)

    add_account(users, "ann", "another password")
    assert not sign_in.is_right(HERE, "ann", PASSWORD)
    assert sign_in.is_right(HERE, "ann", "another password")
    add_account(users, "bob", "bobs password")
    assert sign_in.is_right(HERE, "bob", "bobs password")
    remove_account(users, "ann")
    assert not sign_in.is_right(HERE, "ann", "another password")


def test_a_session_of_the_page_ends_with_its_user_password_or_age(
    users: Path, sign_in: SignIn, clock: list[float]
) -> None:
    add_account(users, "bob", "bobs password")
    sessions = PageSessions(sign_in, lambda: clock[0])
    sessions["a"], sessions["b"] = "ann", "bob"
    assert (sessions.get("a"), sessions.get("b"), sessions.get("c")) == ("ann", "bob", None)

    add_account(users, "ann", "another password")
    remove_account(users, "bob")
    assert (sessions.get("a"), sessions.get("b")) == (None, None)
    sessions["d"] = "ann"
    clock[0] += 15 * 86_400
    assert sessions.get("d") is None
    assert len(sessions) == 0


@pytest.mark.parametrize(
    "line",
    [
        "ann",
        "ann:secret",
        "ann:md5$1$1$1$aaaa$aaaa",
        "ann:scrypt$32768$8$3$!!$aaaa",
        "ann:scrypt$32767$8$3$aaaa$aaaa",
        "ann:scrypt$1073741824$8$3$aaaa$aaaa",
        "ann:scrypt$32768$8$3$$",
        "a b:scrypt$32768$8$3$aaaa$aaaa",
        "../x:scrypt$32768$8$3$aaaa$aaaa",
        "b:scrypt$2$8$3$aaaa$aaaa\nb:scrypt$2$8$3$aaaa$aaaa",
        "\x00\x01",
    ],
)
def test_a_damaged_file_lets_nobody_in_and_is_an_error_at_start(
    users: Path, sign_in: SignIn, line: str
) -> None:
    users.write_text(line, encoding="utf-8")

    with pytest.raises(AccountError, match="line"):
        Accounts(users)
    with pytest.raises(AccountError, match="line"):
        sign_in.is_right(HERE, "ann", PASSWORD)


def test_a_missing_file_is_an_error_and_never_open_to_all(users: Path, sign_in: SignIn) -> None:
    users.unlink()

    with pytest.raises(AccountError, match="cannot be read"):
        Accounts(users)
    with pytest.raises(AccountError, match="cannot be read"):
        sign_in.is_right(HERE, "ann", PASSWORD)


def test_comments_and_blank_lines_are_passed_over(users: Path) -> None:
    users.write_text(f"# people\n\n{users.read_text(encoding='utf-8')}", encoding="utf-8")

    assert list(read_accounts(users)) == ["ann"]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Basic YW5uOmE6Yg==", ("ann", "a:b")),
        ("basic YW5uOg==", ("ann", "")),
        ("Bearer ann:a:b", ("ann", "a:b")),
        ("Basic YW5u", None),
        ("Basic ???", None),
        ("Bearer token", None),
        ("Digest x", None),
        ("", None),
    ],
)
def test_credentials_are_read_from_both_kinds_of_header(
    header: str, found: tuple[str, str] | None
) -> None:
    assert credentials_of(header) == found


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_users_are_added_listed_and_removed_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"BOT_AUTH": str(tmp_path / "users")}

    typed(monkeypatch, f"{PASSWORD}\n")
    assert main(["user", "add", "ann"], environ) == 0
    typed(monkeypatch, "another password\n")
    assert main(["user", "add", "ann"], environ) == 0
    assert main(["user", "list"], environ) == 0
    assert main(["user", "remove", "ann"], environ) == 0
    assert main(["user", "remove", "ann"], environ) == 1

    told = capsys.readouterr()
    assert told.out == "added: ann\nnew password: ann\nann\nremoved: ann\n"
    assert "no user 'ann'" in told.err


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("ann", "short", "8 to 256 characters"),
        ("a:b", PASSWORD, "cannot be a user's name"),
        ("-a", PASSWORD, "cannot be a user's name"),
    ],
)
def test_names_and_passwords_that_cannot_be_are_refused(
    name: str, password: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(AccountError, match=told):
        add_account(tmp_path / "users", name, password)


def test_without_a_file_the_command_says_which_setting_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["user", "list"], {}) == 2
    assert "BOT_AUTH is not set" in capsys.readouterr().err
