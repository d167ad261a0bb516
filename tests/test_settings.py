"""Settings: what is given counts, what is missing is made, what is wrong stops the start."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from caseflow.errors import SettingsError
from caseflow.i18n import LANGUAGES, translate
from caseflow.settings import chosen_language, Settings

KEY = "0f" * 32


def load(cwd: Path, **values: str) -> Settings:
    return Settings.load({f"CASEFLOW_{name}": value for name, value in values.items()}, cwd)


def refusal(cwd: Path, **values: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(cwd, **values)
    return caught.value


def toml(folder: Path, text: str) -> str:
    (folder / "caseflow.toml").write_text(text, encoding="utf-8")
    return "caseflow.toml"


def test_defaults_lie_under_instance(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.home == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/caseflow.db"
    assert (settings.seal, settings.language, settings.log_format) == ("async", "vi", "text")
    assert settings.smtp_url is None


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    settings = load(tmp_path)
    again = load(tmp_path)
    assert (settings.secret_key, settings.writer_key) == (again.secret_key, again.writer_key)
    assert len(settings.writer_key) == 32
    assert settings.writer_key != bytes.fromhex(settings.secret_key)
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    for name in ("secret_key", "writer_key"):
        assert stat.S_IMODE((settings.home / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in settings.home.iterdir()) == ["secret_key", "writer_key"]


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: load(tmp_path), range(32)))
    assert len({settings.writer_key for settings in loaded}) == 1
    assert len({settings.secret_key for settings in loaded}) == 1


def test_given_keys_leave_no_file(tmp_path: Path) -> None:
    settings = load(tmp_path, SECRET_KEY="s" * 32, WRITER_KEY=KEY)
    assert (settings.secret_key, settings.writer_key) == ("s" * 32, bytes.fromhex(KEY))
    assert not (tmp_path / "instance").exists()


def test_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = load(tmp_path).home / "writer_key"
    key.chmod(0o640)
    assert f"chmod 600 {key}" in str(refusal(tmp_path))


@pytest.mark.parametrize("text", ["", "not a key", "0f" * 16])
def test_damaged_key_is_never_replaced(tmp_path: Path, text: str) -> None:
    key = load(tmp_path).home / "writer_key"
    key.write_text(text)
    assert str(key) in str(refusal(tmp_path))
    assert key.read_text() == text


def test_environment_wins_over_file(tmp_path: Path) -> None:
    config = toml(
        tmp_path, 'language = "en"\nSEAL = "wait"\nCASEFLOW_ORIGIN = "log.example.vn"\nhome = "elsewhere"'
    )
    settings = load(tmp_path, CONFIG=config, LANGUAGE="vi")
    assert (settings.language, settings.seal, settings.origin) == ("vi", "wait", "log.example.vn")
    assert settings.home == tmp_path / "elsewhere"


def test_empty_variable_counts_as_none(tmp_path: Path) -> None:
    assert load(tmp_path, SEAL="", CONFIG="").seal == "async"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEAL", "sometimes"),
        ("LANGUAGE", "fr"),
        ("LOG_FORMAT", "xml"),
        ("DATABASE_URL", "mysql://db/caseflow"),
        ("DATABASE_URL", "caseflow.db"),
        ("DATABASE_URL", "sqlite://[broken"),
        ("SMTP_URL", "mail.example.vn"),
        ("BASE_URL", "ftp://example.vn"),
        ("ORIGIN", "two words"),
        ("ORIGIN", "a+b"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_value_is_named_with_its_variable(tmp_path: Path, name: str, value: str, language: str) -> None:
    refused = refusal(tmp_path, **{name: value})
    text = translate(refused.message, language)
    assert f"CASEFLOW_{name}" in text
    assert value in text
    assert refused.problems[0].field == name.lower()
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('sael = "wait"', "sael"),
        ("seal = 3", "seal"),
        ("seal = ", "TOML"),
        ('seal = "x"', "seal has the value “x”"),
        ("[database]\nurl = 'x'", "database"),
    ],
)
def test_bad_file_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in str(refusal(tmp_path, CONFIG=toml(tmp_path, text)))


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert "CASEFLOW_CONFIG" in str(refusal(tmp_path, CONFIG="missing.toml"))


def test_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("")
    refused = refusal(tmp_path)
    assert "CASEFLOW_HOME" in str(refused)
    assert str(tmp_path / "instance") in str(refused)


def test_keys_and_passwords_are_not_printed(tmp_path: Path) -> None:
    secret = "hunter2-and-some-more-letters"
    settings = load(
        tmp_path, DATABASE_URL=f"postgresql://u:{secret}@db/caseflow", SMTP_URL=f"smtp://u:{secret}@mail"
    )
    assert secret not in repr(settings)
    assert settings.secret_key not in repr(settings)
    assert secret not in str(refusal(tmp_path, SECRET_KEY=secret))
    assert secret not in str(refusal(tmp_path, WRITER_KEY=secret))
    assert secret not in str(refusal(tmp_path, DATABASE_URL=f"mysql://u:{secret}@db/caseflow"))


def test_derived_keys_differ_by_purpose_and_by_writer_key(tmp_path: Path) -> None:
    one, other = load(tmp_path, WRITER_KEY=KEY), load(tmp_path, WRITER_KEY="1e" * 32)
    assert one.derived_key("parties") == load(tmp_path, WRITER_KEY=KEY).derived_key("parties")
    assert len({one.derived_key("parties"), one.derived_key("mail"), other.derived_key("parties")}) == 3
    assert len(one.derived_key("parties")) == 32


def test_language_is_known_before_the_settings_are_good(tmp_path: Path) -> None:
    assert chosen_language({"CASEFLOW_LANGUAGE": "en", "CASEFLOW_SEAL": "x"}, tmp_path) == "en"
    assert chosen_language({"CASEFLOW_LANGUAGE": "fr"}, tmp_path) == "vi"
    assert chosen_language({"CASEFLOW_CONFIG": "missing.toml"}, tmp_path) == "vi"
    assert list(tmp_path.iterdir()) == []
