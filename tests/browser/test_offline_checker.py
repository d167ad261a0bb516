"""The offline checker as an inspector opens it: one file from the disk, no network, and the same verdicts as
`caseflow audit check-bundle`."""

from __future__ import annotations

import hashlib
import random
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from playwright.sync_api import Browser, Page

import caseflow
from caseflow import events
from caseflow.trail.bundle import check_bundle
from caseflow.trail.policy import Policy
from caseflow.trail.refusals import TrailError
from tests.browser.barriers import RULES
from tests.browser.changed_bundles import erased_log, flipped, fresh, Trial, TRIALS
from tests.browser.evidence import (
    base64,
    case_log,
    LOG,
    NO_QUORUM,
    packed,
    POLICY,
    START,
    STORY,
    TRUSTING,
    WITNESS,
)

CHECKER = Path(caseflow.__file__).parent / "static" / "verify.html"
WITHOUT_ED25519 = """
const known = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
  if ((algorithm.name ?? algorithm) === "Ed25519") return Promise.reject(new DOMException("", "NotSupportedError"));
  return known.call(this, format, key, algorithm, ...rest);
};
"""
"""What browsers before Chrome 137 and Firefox 129 answer."""
CHECK = """async (trials) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const results = [];
  for (const [bundle, policy] of trials) {
    const { accepted, reason, event } = await checkBundle(bytes(bundle), bytes(policy));
    results.push([accepted, reason ?? null, event ?? null]);
  }
  return results;
}"""
VERIFY = """async (trials) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Promise.all(trials.map(([key, message, signature]) => signatureHolds(bytes(key), bytes(message), bytes(signature))));
}"""
ORDER = 2**252 + 27742317777372353535851937790883648493
RFC_8032 = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     ("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b")),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00")),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     ("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a")),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     ("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
     ("dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")),
)  # fmt: skip
"""Tests 1, 2, 3 and SHA(abc) of section 7.1: key, message, signature."""


@pytest.fixture(scope="module", params=["browsers_own", "without_ed25519"])
def checker(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """The page, opened from the disk without a network; once in a browser that has no Ed25519."""
    context = chromium.new_context(offline=True, locale="vi-VN")
    if request.param == "without_ed25519":
        context.add_init_script(WITHOUT_ED25519)
    page = context.new_page()
    page.goto(CHECKER.as_uri())
    yield page
    context.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """The page on a desk, fresh; it fails the test when anything is asked of a network or goes wrong."""
    context = chromium.new_context(offline=True, locale="vi-VN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.on("console", lambda message: asked.append(message.text))
    page.goto(CHECKER.as_uri())
    yield page
    context.close()
    assert [each for each in asked if not each.startswith("file:")] == []


def coded(*parts: bytes) -> list[str]:
    """Bytes on their way into the page."""
    return [b64encode(part).decode() for part in parts]


def ask(page: Page, trials: Sequence[Trial]) -> list[tuple[bool, str | None, int | None]]:
    """The page's answers: whether it accepts, the reason, the event."""
    answers = page.evaluate(CHECK, [coded(trial.bundle, trial.policy) for trial in trials])
    return [tuple(answer) for answer in answers]


def twin(trial: Trial) -> tuple[bool, int | None]:
    """The answer of the Python checker, and the event that it names."""
    try:
        check_bundle(trial.bundle, Policy.parse(trial.policy))
    except TrailError as refused:
        return False, cast("int | None", dict(refused.message.values).get("seq"))
    return True, None


# --- verdicts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_a_bundle_is_judged_by_page_and_command_alike(checker: Page, trial: Trial) -> None:
    [(accepted, reason, event)] = ask(checker, [trial])
    assert accepted == trial.good, reason
    assert reason != "unexpected"
    assert twin(trial)[0] == trial.good
    if event is not None:
        assert event == twin(trial)[1], reason


@pytest.mark.parametrize("start", range(8))
def test_no_changed_byte_passes_where_the_command_refuses(checker: Page, start: int) -> None:
    good = packed(fresh())
    places = range(start, len(good), 97)
    trials = [Trial("", data, POLICY.encode(), good=False) for data in flipped(good, places)]
    trials += [Trial("", good, data, good=False) for data in flipped(POLICY.encode(), range(start, 190, 23))]
    answers = ask(checker, trials)
    assert [accepted for accepted, *_ in answers] == [twin(trial)[0] for trial in trials]
    assert "unexpected" not in {reason for _, reason, _ in answers}


def test_noise_is_refused_with_a_reason(checker: Page) -> None:
    chance = random.Random(20261102)
    noise = [chance.randbytes(chance.randrange(400)) for _ in range(100)]
    pieces = [b'{"', b"format", b'":', b"[", b"]", b"}", b"null", b'"\\u00', b"\xed\xa0\x80", b"1e", b","]
    noise += [b"".join(chance.choices(pieces, k=chance.randrange(30))) for _ in range(200)]
    answers = ask(checker, [Trial("", data, POLICY.encode(), good=False) for data in noise])
    answers += ask(checker, [Trial("", packed(fresh()), data, good=False) for data in noise])
    assert [accepted for accepted, *_ in answers] == [False] * 600
    assert "unexpected" not in {reason for _, reason, _ in answers}


# --- Ed25519 ---------------------------------------------------------------------------------------


def test_both_ways_of_checking_signatures_are_tried(checker: Page, request: pytest.FixtureRequest) -> None:
    key, message, signature = (base64(bytes.fromhex(part)) for part in RFC_8032[0])
    answer = checker.evaluate(VERIFY.replace("signatureHolds", "browserVerify"), [[key, message, signature]])
    assert answer == [True if "browsers_own" in request.node.name else None]


def test_signatures_of_the_standard_hold(checker: Page) -> None:
    vectors = [[bytes.fromhex(part) for part in vector] for vector in RFC_8032]
    for key, message, signature in vectors:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    assert checker.evaluate(VERIFY, [coded(*vector) for vector in vectors]) == [True] * len(vectors)


def test_signatures_made_elsewhere_hold_and_changed_ones_do_not(checker: Page) -> None:
    trials, expected = [], []
    for number in range(20):
        secret = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(bytes([number])).digest())
        key, message = secret.public_key().public_bytes_raw(), b"n" * number
        signature = secret.sign(message)
        for one, holds in changed_signatures(key, message, signature, number):
            trials.append(coded(*one))
            expected.append(holds)
    assert checker.evaluate(VERIFY, trials) == expected


def changed_signatures(
    key: bytes, message: bytes, signature: bytes, number: int
) -> Iterator[tuple[tuple[bytes, bytes, bytes], bool]]:
    """A right signature, and what must not pass for one."""
    scalar = int.from_bytes(signature[32:], "little")
    yield (key, message, signature), True
    yield (key, message + b"!", signature), False
    yield next((key, message, one) for one in flipped(signature, [number * 3])), False
    yield next((one, message, signature) for one in flipped(key, [number])), False
    # The same signature in another spelling: anybody could make it.
    yield (key, message, signature[:32] + (scalar + ORDER).to_bytes(32, "little")), False
    yield (key, message, signature[:63]), False
    yield (key, message, signature + b"\0"), False


@pytest.mark.parametrize(
    "key",
    [
        (1).to_bytes(32, "little"),  # the neutral point
        bytes(32),  # of order four
        (2**255 - 20).to_bytes(32, "little"),  # of order two
        (2**255 - 19 + 1).to_bytes(32, "little"),  # the neutral point, spelt another way
        (1 + 2**255).to_bytes(32, "little"),  # x is minus nought
        (2).to_bytes(32, "little"),  # on no curve
    ],
)
def test_a_key_for_which_signatures_can_be_made_up_holds_none(checker: Page, key: bytes) -> None:
    # With a key of small order S = 0 and R = neutral pass the equation for many messages.
    signature = (1).to_bytes(32, "little") + bytes(32)
    messages = [bytes([one]) for one in range(16)]
    assert checker.evaluate(VERIFY, [coded(key, one, signature) for one in messages]) == [False] * 16


# --- the page --------------------------------------------------------------------------------------


def choose(page: Page, bundle: bytes, policy: str = POLICY, held: str | None = None) -> None:
    """Choose the files and press the button."""
    page.set_input_files(
        "#policy", {"name": "policy.txt", "mimeType": "text/plain", "buffer": policy.encode()}
    )
    page.set_input_files("#bundle", {"name": "goi.json", "mimeType": "application/json", "buffer": bundle})
    if held is not None:
        page.set_input_files("#held", {"name": "chot.txt", "mimeType": "text/plain", "buffer": held.encode()})
    page.click("#go")
    page.wait_for_selector("#verdict")


def verdict(page: Page) -> str:
    """The heading of the result."""
    return page.inner_text("#verdict")


def look(page: Page) -> str:
    """By which of its looks the verdict stands out."""
    return str(page.get_attribute(".verdict", "class")).removeprefix("verdict ")


def test_an_inspector_reads_an_intact_bundle(page: Page) -> None:
    choose(page, packed(fresh()))
    assert (verdict(page), look(page)) == ("Gói minh chứng toàn vẹn", "good")
    text = page.inner_text("#result")
    for told in ("tinh.example/caseflow", "uy-ban: 05/11/2026 lúc 09:00:00", "Đã giao → Đang giải quyết",
                 "Lê Thị Hồng – Phó Chủ tịch, làm thay Trần Văn Bình", "đến hết ngày 27/11/2026",
                 "Đường thôn Đoài ngập nước sau mưa", "Kiểm tra thực địa"):  # fmt: skip
        assert told in text
    assert page.locator(".timeline > li").count() == len(STORY)
    assert page.evaluate("document.activeElement.id") == "verdict"


def test_text_of_a_bundle_stays_text(page: Page) -> None:
    choose(page, packed(fresh()))
    assert "<b>chưa</b> có máy xúc" in page.inner_text("#result")
    assert page.locator("#result b").count() == 0


def test_marks_that_turn_text_around_are_shown_and_not_obeyed(page: Page) -> None:
    told = [("title", "Hủy \u202egnort\u2066 xong\u2069\u009b31m\u0007"), ("note", "dòng một\ndòng hai")]
    choose(page, packed(case_log([("case.registered", None, "registered", told)]).bundle()))
    text = page.inner_text(".timeline")
    assert "Hủy [U+202E]gnort[U+2066] xong[U+2069][U+009B]31m[U+0007]" in text
    assert "dòng một\ndòng hai" in text


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("", "Tệp khóa tin cậy trống."),
        (POLICY.replace("\n", "\r\n"), "kiểu xuống dòng Windows"),
        (POLICY + "#" * 140_000, "tối đa 128 KiB"),
    ],
)
def test_a_policy_that_is_none_is_told_apart(page: Page, policy: str, words: str) -> None:
    choose(page, packed(fresh()), policy)
    assert words in page.inner_text(".verdict")


def test_the_hash_shown_last_is_that_of_the_last_leaf(page: Page) -> None:
    choose(page, packed(fresh()))
    assert case_log().head.hex() in page.inner_text("#result").replace(" ", "")


def test_a_changed_bundle_is_named_with_the_event_and_the_reason(page: Page) -> None:
    bundle = fresh()
    bundle["events"][3]["disclosures"][0] = bundle["events"][4]["disclosures"][0]
    choose(page, packed(bundle))
    assert (verdict(page), look(page)) == ("Sai lệch tại sự kiện thứ 4", "bad")
    assert "không khớp với bản ghi" in page.inner_text(".verdict")
    assert page.locator(".timeline").count() == 0


def test_a_bundle_that_no_outsider_has_seen_never_passes_for_intact(page: Page) -> None:
    log = case_log()
    choose(page, packed(log.bundle(log.note(cosigners=()))), TRUSTING)
    assert (verdict(page), look(page)) == ("Chưa có đối chiếu độc lập", "unsure")
    assert "toàn vẹn" not in page.inner_text("#result")


def test_a_cosignature_of_an_unknown_witness_does_not_count(page: Page) -> None:
    choose(page, packed(fresh()), TRUSTING)
    assert verdict(page) == "Chưa có đối chiếu độc lập"


def test_withheld_and_erased_values_are_named(page: Page) -> None:
    bundle = erased_log().bundle()
    del bundle["events"][1]["disclosures"][2]
    choose(page, packed(bundle), NO_QUORUM)
    assert look(page) == "good"
    first, second = page.locator(".timeline > li").all()[:2]
    assert "1 nội dung đã xóa, ghi nhận tại sự kiện thứ 3" in first.inner_text()
    assert "1 nội dung không kèm theo gói (không cung cấp hoặc đã xóa)" in second.inner_text()


def test_a_held_checkpoint_of_the_same_tree_is_an_outside_look(page: Page) -> None:
    log = case_log()
    choose(page, packed(log.bundle(log.note(cosigners=()))), TRUSTING, log.note(cosigners=()))
    assert (verdict(page), look(page)) == ("Gói minh chứng toàn vẹn", "good")
    assert "khớp hoàn toàn với bản chốt đang giữ" in page.inner_text(".verdict")


def test_a_held_checkpoint_may_have_come_through_a_mail(page: Page) -> None:
    log = case_log()
    held = "\ufeff" + log.note().replace("\n", "\r\n") + "\r\n"
    choose(page, packed(log.bundle()), POLICY, held)
    assert "khớp hoàn toàn với bản chốt đang giữ" in page.inner_text(".verdict")


def test_a_held_checkpoint_of_a_fork_refuses_the_bundle(page: Page) -> None:
    other = case_log()
    other.leaves[-1] = other.leaves[0]
    choose(page, packed(fresh()), POLICY, other.note())
    assert look(page) == "bad"
    assert "nhật ký đã bị viết lại" in page.inner_text(".verdict")


def test_a_held_checkpoint_that_is_newer_says_what_is_missing(page: Page) -> None:
    log = case_log()
    choose(page, packed(log.bundle(size=10)), POLICY, log.note())
    assert (verdict(page), look(page)) == ("Gói cũ hơn bản chốt đang giữ", "unsure")


def test_a_held_checkpoint_that_is_older_is_not_taken_for_a_comparison(page: Page) -> None:
    log = case_log()
    choose(page, packed(log.bundle(log.note(cosigners=()))), TRUSTING, log.note(10))
    assert verdict(page) == "Chưa có đối chiếu độc lập"
    assert "chưa so được" in page.inner_text(".verdict")


@pytest.mark.parametrize(
    "held", ["", "x", case_log().note().replace("19", "18"), case_log().note(origin="khac.example")]
)
def test_a_held_checkpoint_that_is_none_is_refused(page: Page, held: str) -> None:
    choose(page, packed(fresh()), POLICY, held)
    assert look(page) == "bad"


def test_an_event_later_than_the_outside_look_is_pointed_out(page: Page) -> None:
    log = case_log()
    body = log.body()
    early = WITNESS.cosign(body, int(START.timestamp()))
    choose(page, packed(log.bundle(body + "\n" + LOG.sign(body) + early)))
    assert "muộn hơn lúc bên ngoài đối chiếu" in page.inner_text(".timeline")


def test_history_of_an_older_register_is_told_as_claims(page: Page) -> None:
    told = [("title", "Khiếu nại về bồi thường"), ("claimed_registered_at", "2019-04-03T01:00:00.000000Z")]
    log = case_log([("case.imported", None, "in_progress", told)])
    choose(page, packed(log.bundle()))
    assert "các mốc thời gian cũ chỉ là khai báo" in page.inner_text(".timeline")


def test_missing_files_are_asked_for_in_words(page: Page) -> None:
    page.click("#go")
    assert page.evaluate("document.activeElement.id") == "policy"
    assert page.get_attribute("#policy", "aria-invalid") == "true"
    assert "chọn tệp policy.txt" in page.inner_text("#policy-problem")
    assert "chọn gói minh chứng" in page.inner_text("#bundle-problem")


def test_another_file_takes_the_verdict_away(page: Page) -> None:
    choose(page, packed(fresh()))
    page.set_input_files("#bundle", {"name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
    assert page.locator("#result").is_hidden()


def test_english_by_choice_tells_the_same(page: Page) -> None:
    choose(page, packed(fresh()))
    page.click("#language")
    assert (verdict(page), page.get_attribute("html", "lang")) == ("The bundle is intact", "en")
    assert "Assigned → In progress" in page.inner_text("#result")
    page.click("#language")
    assert (verdict(page), page.get_attribute("html", "lang")) == ("Gói minh chứng toàn vẹn", "vi")


def test_files_can_be_dropped_on_the_page(page: Page) -> None:
    drop = """([bundle, policy]) => {
      const files = new DataTransfer();
      files.items.add(new File([bundle], "goi.json"));
      files.items.add(new File([policy], "policy.txt"));
      files.items.add(new File(["?"], "anh.jpg"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(drop, [packed(fresh()).decode(), POLICY])
    page.wait_for_function("document.getElementById('policy-chosen').textContent !== ''")
    assert "Đã nhận: goi.json" in page.inner_text("#bundle-chosen")
    page.wait_for_function("document.getElementById('status').textContent.includes('anh.jpg')")
    page.click("#go")
    page.wait_for_selector("#verdict")
    assert look(page) == "good"


def test_the_keyboard_is_enough(page: Page) -> None:
    assert tabbed(page, 6) == ["A", "language", "policy", "bundle", "held", "go"]
    for name, data in (("policy", POLICY.encode()), ("bundle", packed(fresh()))):
        page.set_input_files(f"#{name}", {"name": name, "mimeType": "text/plain", "buffer": data})
    page.keyboard.press("Enter")
    page.wait_for_selector("#verdict")
    assert tabbed(page, 2) == ["BUTTON", "SUMMARY"]
    page.keyboard.press("Enter")
    assert page.locator("details").get_attribute("open") is not None


def tabbed(page: Page, times: int) -> list[str]:
    """Where the focus goes."""
    places = []
    for _ in range(times):
        page.keyboard.press("Tab")
        places.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    return places


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("state", ["start", "good", "bad", "unsure", "missing"])
def test_the_checker_has_no_barriers(chromium: Browser, state: str, width: int, language: str) -> None:
    context = chromium.new_context(offline=True, bypass_csp=True, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(CHECKER.as_uri() + ("#en" if language == "en" else ""))
    _bring_to(page, state)
    assert page.get_attribute("html", "lang") == language
    for narrower in (width, 640, 320):
        page.set_viewport_size({"width": narrower, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= narrower
    page.set_viewport_size({"width": width, "height": 800})
    assert (page.locator("main").count(), page.locator("h1").count()) == (1, 1)
    wrong = Axe().run(page, options=RULES).response["violations"]
    context.close()
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in wrong] == []


def _bring_to(page: Page, state: str) -> None:
    log = case_log()
    if state == "missing":
        page.click("#go")
    elif state == "good":
        choose(page, packed(erased_log().bundle()))
        page.click("summary")
    elif state == "bad":
        choose(page, b"{}")
    elif state == "unsure":
        choose(page, packed(log.bundle(log.note(cosigners=()))), TRUSTING)


def test_a_print_holds_verdict_and_hashes_and_no_fields(page: Page) -> None:
    choose(page, packed(fresh()))
    page.emulate_media(media="print")
    assert page.locator("#form").is_hidden()
    assert page.locator(".verdict").is_visible()
    assert len(page.pdf()) > 10_000


# --- the file --------------------------------------------------------------------------------------


def test_only_this_script_and_this_style_may_run() -> None:
    text = CHECKER.read_text(encoding="utf-8")
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        [inline] = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        wanted = f"'sha256-{base64(hashlib.sha256(inline.encode()).digest())}'"
        assert rules[rule] == wanted, f"write {wanted} into the policy of verify.html"
    assert rules["default-src"] == rules["connect-src"] == "'none'"


def test_the_file_needs_nothing_else() -> None:
    text = CHECKER.read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href)=["'](?!#)|@import|url\(|import\(|https?://""", text) == []


def test_every_event_and_value_of_a_case_has_a_name(page: Page) -> None:
    known = [one for one in vars(events).values() if isinstance(one, type) and hasattr(one, "TYPE")]
    assert {one.TYPE for one in known} <= set(page.evaluate("Object.keys(EVENTS)"))
    told = {each.name for one in known if one.TYPE.startswith(("case.", "data.")) for each in fields(one)}
    told |= {"case_code"}
    assert told - {"acting_for"} <= set(page.evaluate("Object.keys(FACTS)"))


def test_parts_of_a_value_are_named(page: Page) -> None:
    basis = {"number": "373-NQ/ĐU", "date": "2025-11-16", "imposed": True}
    told = [
        ("basis", basis),
        ("before", {"urgency": "express"}),
        ("cleared", ["source"]),
        ("level", "commune"),
    ]
    choose(page, packed(case_log([("case.edited", None, "registered", told)]).bundle()))
    text = page.inner_text(".timeline")
    assert "Số, ký hiệu văn bản: 373-NQ/ĐU; Ngày văn bản: 16/11/2025; Thời hạn do văn bản ấn định: Có" in text
    assert "Mức độ khẩn: Hỏa tốc" in text
    assert "Nguồn phát hiện" in text
    assert "Cấp xã" in text


def test_every_text_stands_in_both_languages(page: Page) -> None:
    missing = """() => {
      const wrong = [];
      const walk = (way, value) => {
        if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
          const holes = value.map((text) => (text.match(/\\{\\w+\\}/g) ?? []).sort().join());
          if (value.length !== 2 || value.includes("") || holes[0] !== holes[1]) wrong.push(way);
        } else for (const key in value) walk(`${way}.${key}`, value[key]);
      };
      walk("", { WORDS, REASONS, PARTS, STATES, EVENTS, FACTS, INSIDE, CHOICES, CHECKS });
      return wrong;
    }"""
    assert page.evaluate(missing) == []


def test_every_reason_that_can_be_given_has_words(page: Page) -> None:
    given = set(re.findall(r'refuse\("(\w+)"', CHECKER.read_text(encoding="utf-8")))
    assert given <= set(page.evaluate("Object.keys(REASONS)"))
