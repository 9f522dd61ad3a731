"""One walk from a riverbank to a leader's audit report, in a real browser, on both databases. The README's tour is the same steps."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection

from accountability.cases.models import Case
from accountability.complaints.models import Channel, Complaint
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger import outbox
from accountability.ledger.verification import first_fault
from accountability.setup.demo import pictures, walks
from audits.departures.models import Audit
from chiefs.patrols.models import Patrol
from tests.pages.harness import judge

from .people import files, settle, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db(transaction=True)]
VILLAGE = "river-yl-05"


def seen(visitor):
    """Every page of the walk is judged, once: on SQLite (the pages are the same on the other database)."""
    if connection.vendor == "sqlite":
        faults = judge(visitor.page)
        assert not faults, "\n".join(faults)


def work():
    """What the worker does: renditions, notices, the printed report. Nothing may fail."""
    for _ in range(20):
        sent, failed = outbox.send_waiting()
        assert not failed
        if not sent:
            return


def photo(heaps, seed, segment, when):
    lon, lat = segment.geometry["coordinates"][0]
    return pictures.bank(heaps=heaps, seed=seed, taken_at=when, latitude=lat, longitude=lon)


def step(visitor, number, move, **fields):
    """Open the case, press the button of a move, fill in and send."""
    visitor.go(f"/desk/cases/{number}/")
    visitor.press(f"[data-move={move}]")
    for name, value in fields.items():
        box = visitor.page.locator(f"form[data-move={move}] [name={name}]")
        if isinstance(value, list):
            box.set_input_files(value)
        elif isinstance(value, int) and not isinstance(value, bool) and box.first.get_attribute("type") in {"radio", "checkbox"}:
            visitor.page.check(f"form[data-move={move}] [name={name}][value='{value}']")
        else:
            box.fill(str(value))
    seen(visitor)
    visitor.press(f"form[data-move={move}] p.actions button")
    visitor.page.wait_for_url(f"**/desk/cases/{number}/")


def test_from_a_riverbank_to_the_report(visitor, tmp_path):
    ganzi = settle()
    segment = ganzi.world.segments["river"][4]
    began = days.now() - timedelta(hours=3)

    # 1. A village chief uploads a walk with two photos and a finding.
    chief = visitor(width=360)
    sign_in(chief, ganzi.account(VILLAGE), ganzi.post(VILLAGE))
    chief.go("/patrol/")
    card = chief.page.locator(f"[data-segment={segment.code}]")
    assert card.locator(".deadline").count() == 1
    assert chief.page.locator("#responsibilities li").count() >= 3
    seen(chief)
    chief.press(f"[data-segment={segment.code}] [data-upload]")
    track = walks.gpx(segment, begin=began, minutes=45, seed=5)
    chief.page.set_input_files("[name=track]", files(walk__gpx=track))
    rubbish = chief.page.locator("[data-finding='0'] input[type=radio]").first
    rubbish.check()
    chief.page.fill("[name=f0-quantity]", "120")
    chief.page.fill("[name=f0-text]", "桥下河滩堆了很多垃圾，村里没有车运不走")
    shots = {f"photo{n}__jpg": photo(4, n, segment, began + timedelta(minutes=20)) for n in (1, 2)}
    chief.page.set_input_files("[name=f0-photos]", files(**shots))
    seen(chief)
    chief.press("#submit")
    assert chief.page.get_attribute("#judgement", "data-state") == "valid"
    assert chief.page.get_attribute("[data-severity]", "data-severity") == "serious"
    number = chief.page.inner_text("a[data-case]").strip()
    work()
    chief.page.reload()
    assert chief.page.locator(".photos img").count() == 2
    seen(chief)
    patrol = Patrol.objects.get()
    assert patrol.tenure.person == ganzi.account(VILLAGE).person
    finding = patrol.findings.get()
    assert finding.latitude == pytest.approx(segment.geometry["coordinates"][3][1], abs=0.03)

    # 2. The case goes up, over to a department, and comes back verified.
    step(chief, number, "report_up", note="村里没有运输车辆")
    township = visitor(width=360)
    sign_in(township, ganzi.account("river-township", 1), ganzi.post("river-township"))
    township.go("/desk/")
    assert township.page.locator(f"tr[data-number='{number}']").count() == 1
    seen(township)
    step(township, number, "report_up", note="需要市级部门统筹清运")
    county = visitor(width=1280)
    sign_in(county, ganzi.account("river-county"), ganzi.post("river-county"))
    assist = ganzi.world.units["county-forestry"]
    step(county, number, "hand_over", to=ganzi.post("county-ecology-department").pk, assisting=assist.pk, note="请五日内清运")
    branch = visitor(width=1280)
    sign_in(branch, ganzi.account("county-ecology-department"))
    branch.go("/desk/")
    seen(branch)
    step(branch, number, "ask_extension", days=10, reason="近日降雪封路，清运车辆无法到达")

    # 3a. Meanwhile a citizen without an account and without JavaScript reports the same from the notice board's address.
    citizen = visitor(width=360, javascript=False)
    citizen.go(f"/board/{segment.code}/")
    citizen.press(f"a[href='/complain/{segment.code}/']")
    assert segment.name in citizen.page.inner_text("#place")
    citizen.press("[name=language][value=bo]")
    assert citizen.page.get_attribute("html", "lang") == "bo"
    citizen.page.locator("[name=kinds]").first.check()
    citizen.page.fill("[name=text]", "河边垃圾很多，味道很大")
    citizen.page.set_input_files("[name=photos]", files(mine__jpg=photo(3, 9, segment, began)))
    citizen.press("#submit")
    receipt, code = citizen.page.inner_text("#receipt-number"), citizen.page.inner_text("#receipt-code")
    assert re.fullmatch(r"T\d{4}-\d{6}-\d", receipt)
    assert len(code) == 6
    citizen.press("#follow")
    assert citizen.page.get_attribute("#state", "data-state") == "received"
    citizen.press("#leave")
    citizen.go("/track/")
    citizen.page.fill("[name=number]", receipt)
    citizen.page.fill("[name=code]", code)
    citizen.press("#track-form p.actions button")
    assert citizen.page.get_attribute("#state", "data-state") == "received"
    work()

    # 3b. The clerk joins it to the case, and takes one complaint by telephone under 12369.
    clerk = visitor(width=1280)
    sign_in(clerk, ganzi.account("county-intake-intake"))
    clerk.go("/desk/complaints/")
    seen(clerk)
    clerk.press(f"tr[data-number='{receipt}'] a")
    seen(clerk)
    clerk.press("[data-move=join_case]")
    clerk.page.fill("[name=number]", number)
    clerk.page.fill("[name=transfer_text]", "河边垃圾多、有异味")
    clerk.page.check("[name=checked]")
    seen(clerk)
    clerk.press("#submit")
    complaint = Complaint.objects.get(number=receipt)
    assert (complaint.state, complaint.joined, complaint.case.number) == ("accepted", True, number)
    assert complaint.due == days.day_of(complaint.accepted_at) + timedelta(days=60)
    clerk.go("/desk/complaints/new/")
    seen(clerk)
    clerk.page.select_option("[name=channel]", value=str(Channel.objects.get(code="12369").pk))
    clerk.page.locator("[name=kinds]").first.check()
    clerk.page.fill("[name=board]", segment.code)
    clerk.page.fill("[name=text]", "来电反映夜间有人倾倒建筑垃圾")
    clerk.page.fill("[name=name]", "来电人甲")
    clerk.page.fill("[name=phone]", "19900000001")
    clerk.press("main form button#submit, main form p.actions button.button >> nth=-1")
    assert clerk.page.locator("#told-code").count() == 1
    by_phone = Complaint.objects.exclude(number=receipt).get()
    assert (by_phone.channel.code, by_phone.anonymous, by_phone.taken_by_id) == ("12369", False, ganzi.post("county-intake-intake").pk)

    # 2, on. More time is granted above; done with photos; another unit looks, sends it back once, confirms; signed off.
    bureau = visitor(width=1280)
    sign_in(bureau, ganzi.account("pref-ecology-department"))
    bureau.go("/desk/")
    assert bureau.page.locator(f"tr[data-number='{number}']").count() == 1
    bureau.go(f"/desk/cases/{number}/")
    bureau.press("[data-move=decide_extension]")
    bureau.page.check("[name=granted][value='1']")
    bureau.page.fill("[name=reason]", "封路属实，同意延期")
    bureau.press("form[data-move=decide_extension] p.actions button")
    bureau.page.wait_for_url(f"**/desk/cases/{number}/")
    citizen.page.reload()
    assert "封路" in citizen.page.inner_text("main")

    done = {"measure": "已清运垃圾一百二十立方米", "before": files(b__jpg=photo(4, 11, segment, began))}
    step(branch, number, "report_done", **done, after=files(a__jpg=photo(1, 12, segment, began)))
    office = visitor(width=1280)
    sign_in(office, ganzi.account("county-office-chief_office"))
    for outcome, words in (("send_back", "桥墩后还有一堆"), ("confirm", "已全部清运")):
        office.go(f"/desk/cases/{number}/")
        seen(office)
        office.press("#task")
        office.page.check(f"[name=outcome][value={outcome}]")
        office.page.fill("[name=report]", words)
        office.page.set_input_files("[name=photos]", files(visit__jpg=photo(0, 20, segment, began)))
        seen(office)
        office.press("#visit-form p.actions button")
        assert office.page.get_attribute("#state", "data-state") == {"send_back": "returned", "confirm": "confirmed"}[outcome]
        if outcome == "send_back":
            step(branch, number, "report_done", measure="第二次清运完成", after=files(a2__jpg=photo(0, 13, segment, began)))
    step(office, number, "sign_off", note="同意销号")
    work()
    office.go(f"/desk/cases/{number}/")
    assert office.page.locator("[data-photos=before] img").count() == 1
    assert office.page.locator("[data-photos=after] img").count() == 2
    seen(office)
    case = Case.objects.get(number=number)
    assert (case.state, case.times_returned) == ("signed_off", 1)
    assert case.verified_unit != case.done_unit

    # 3c. The citizen is answered and rates it.
    clerk.go(f"/desk/complaints/{receipt}/")
    clerk.press("[data-move=reply]")
    clerk.page.fill("[name=text]", "您反映的垃圾已全部清运，并经河长办现场核查。")
    clerk.press("#submit")
    citizen.page.reload()
    assert "现场核查" in citizen.page.inner_text("#reply")
    citizen.page.check("[name=satisfaction][value=satisfied]")
    citizen.press("#rate-form p.actions button")
    assert citizen.page.locator("#rated").count() == 1
    complaint.refresh_from_db()
    assert (complaint.state, complaint.satisfaction) == ("closed", "satisfied")

    # 4. The audit of the township head's term.
    organisation = visitor(width=1280)
    sign_in(organisation, ganzi.account("pref-organisation-organisation"))
    organisation.go("/desk/audits/")
    organisation.press("#commission")
    organisation.page.fill("[name=title]", ganzi.leaving.post.title)
    organisation.press("#search-form button")
    organisation.page.check(f"[name=tenure][value='{ganzi.leaving.pk}']")
    organisation.page.check("[name=kind][value=departure]")
    organisation.page.locator("[name=audit_unit]").first.check()
    organisation.page.fill("[name=basis]", "州委组织部〔2026〕1号委托")
    seen(organisation)
    organisation.press("#commission-form p.actions button")
    audit = Audit.objects.get()
    assert (audit.since, audit.until) == (ganzi.leaving.since, ganzi.leaving.until)

    lead, member, reviewer = (ganzi.account("pref-audit-audit", n) for n in range(3))
    auditor = visitor(width=1280)
    sign_in(auditor, lead)
    page = auditor.page
    address = f"/desk/audits/{audit.number}/"

    def act(who, move, fill):
        who.go(address)
        who.press(f"[data-move={move}]")
        fill(who.page)
        seen(who)
        who.press(f"form[data-move={move}] p.actions button")
        who.page.wait_for_url(f"**{address}")

    def team(form):
        form.check(f"[name=team][value='{lead.pk}']")
        form.check(f"[name=team][value='{member.pk}']")
        form.check(f"[name=reviewer][value='{reviewer.pk}']")

    act(auditor, "form_team", team)
    act(auditor, "collect", lambda form: None)
    for part in ("check_patrols", "check_cases", "check_indicators"):
        auditor.go(address)
        auditor.press(f"[data-check={part}]")
        auditor.press("form[data-move=check] p.actions button")
        page.wait_for_url(f"**{address}")
    act(auditor, "score", lambda form: None)
    auditor.go(address)
    seen(auditor)
    auditor.press("[data-figure=cases_in_time_all]")
    assert page.locator(f"[data-stream='{case.stream}']").count() == 1
    seen(auditor)
    second = visitor(width=1280)
    sign_in(second, reviewer)
    act(second, "review", lambda form: form.fill("[name=opinion]", "证据与评分一致，同意"))

    def decision(form):
        form.check("[name=grade][value=ordinary]")
        form.fill("[name=reason]", "巡查频次不足，问题处置及时")

    act(auditor, "decide", decision)
    act(auditor, "issue", lambda form: None)
    work()
    audit.refresh_from_db()
    assert audit.computed_score is not None
    assert audit.decided_grade == "ordinary"

    # The issued PDF verifies; one changed byte does not. Anybody may ask.
    auditor.go(address)
    pdf = auditor.context.request.get(auditor.site + page.get_attribute("#pdf", "href")).body()
    assert pdf.startswith(b"%PDF")
    stranger = visitor(width=360)
    for data, verdict in ((pdf, "same"), (pdf[:-40] + b"x" + pdf[-39:], "different")):
        stranger.go(f"/verify/{audit.paper.verify_code}/")
        seen(stranger)
        stranger.page.set_input_files("[name=pdf]", files(report__pdf=data))
        stranger.press("#file-form button")
        assert stranger.page.get_attribute("#verdict", "data-verdict") == verdict
    assert audit.paper.sha256 in stranger.page.content() or stranger.page.locator("#sha256").count()

    # Who has no business with the dossier gets nothing, and the ledger holds.
    for other, account in (("discipline", "pref-discipline-discipline"), ("clerk", "county-intake-intake")):
        outsider = visitor(width=1280)
        sign_in(outsider, ganzi.account(account))
        assert outsider.go(address).status == 404, other
    assert first_fault()[0] is None
    assert not Evidence.objects.filter(rendition_state="waiting").exists()
