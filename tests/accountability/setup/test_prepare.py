"""What stands between a checkout and a running server: done once, and in the right order."""

from __future__ import annotations

import shutil

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext

from accountability.ledger import guards
from accountability.ledger.models import Mark
from accountability.setup import banner, prepare, world
from tests.factories.papers import issued
from tests.factories.posts import chain


def test_texts_compiled_after_the_start_are_spoken_by_the_same_process(settings, tmp_path):
    """On a first start nothing is compiled yet, and the report of the first audit is issued by this very process."""
    source = django_settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES"
    place = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    place.mkdir(parents=True)
    shutil.copy(source / "django.po", place)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    prepare.forget_translations()
    with translation.override("zh-hans"):
        assert gettext("Guest book of the river") == "Guest book of the river"
    with (place / "django.po").open("a") as out:
        out.write('\nmsgid "Guest book of the river"\nmsgstr "河流留言簿"\n')
    assert prepare.translations() == "Translations compiled"
    with translation.override("zh-hans"):
        assert gettext("Guest book of the river") == "河流留言簿"
    assert prepare.translations() == "", "nothing changed: nothing to do"
    prepare.forget_translations()


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(settings, tmp_path, monkeypatch):
    settings.WORLD_DIR = tmp_path / "world"
    called: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: called.append(name))
    assert prepare.database().startswith("Database up to date")
    assert prepare.database() == ""
    assert called == ["migrate"]
    Mark.objects.filter(name__startswith="defaults ").update(name="defaults of an older version")
    assert prepare.database().startswith("Database up to date"), "new default rows come with migrate"
    assert Mark.objects.filter(name__startswith="defaults ").count() == 1


@pytest.mark.django_db
def test_guards_that_somebody_took_off_are_put_back_and_named(settings, tmp_path):
    settings.WORLD_DIR = tmp_path / "world"
    prepare.database()
    guards.lift()
    assert "ledger_event_append_only" in prepare.database()
    assert not guards.missing()


@pytest.mark.django_db
def test_a_demonstration_world_is_not_touched_by_the_settings_of_a_live_one(monkeypatch):
    called: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: called.append(name))
    Mark.objects.create(name=world.DEMONSTRATION)
    with pytest.raises(CommandError, match="demonstration world"):
        prepare.everything(lambda words: None)
    assert not called


@pytest.mark.django_db
def test_reference_data_are_loaded_once_and_again_when_they_change(monkeypatch):
    called: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: called.append(name))
    assert prepare.reference_data()
    assert prepare.reference_data() == ""
    monkeypatch.setattr(prepare, "digest", lambda paths: "another")
    assert prepare.reference_data()
    assert called == ["load_ganzi", "load_ganzi"]


@pytest.mark.django_db
def test_the_demonstration_is_played_once_and_never_in_a_live_world(settings, monkeypatch):
    called: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: called.append(name))
    assert prepare.demonstration() == ""
    settings.DEMO = True
    assert prepare.demonstration()
    Mark.objects.create(name=world.DEMONSTRATION)
    assert prepare.demonstration() == ""
    assert called == ["load_demo"]


@pytest.mark.django_db
def test_a_live_start_names_the_address_and_nobody(settings):
    settings.SITE_URL = "https://chiefs.example.gov.cn"
    chain()
    assert banner.lines() == ["The site: https://chiefs.example.gov.cn/", "Ctrl-C stops it.", ""]


@pytest.mark.django_db
def test_a_demonstration_start_names_the_switch_one_person_for_each_role_and_the_first_report(settings):
    settings.DEMO = True
    world_ = chain()
    paper = issued(owner="departures.audit:1", printed=True)
    words = "\n".join(banner.lines())
    assert f"{settings.SITE_URL}/demo/" in words
    assert world_.office.title in words
    assert paper.pdf in words
    assert "correct horse" not in words, "no password is printed: the switch needs none"


def test_the_prepare_command_says_when_it_is_ready(monkeypatch, capsys):
    monkeypatch.setattr(prepare, "everything", lambda say: say("done"))
    call_command("prepare")
    assert capsys.readouterr().out == "done\nReady.\n"
