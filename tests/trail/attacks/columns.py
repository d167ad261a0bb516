"""Columns of cases."""

from __future__ import annotations

from tests.trail.attacks.thief import attack, dashed, ELSE, Named, THERE, Thief


def column(name: str, code: str, sets: str, kind: str | None, *, of: str = "case") -> None:
    """An attack that writes columns of a case; the event of that type last told what they held."""

    def deed(thief: Thief) -> Named:
        victim = getattr(thief.busy, code)
        thief.run(f"UPDATE cases SET {sets} WHERE code = ?", victim)  # noqa: S608 - our own words
        return Named(of, victim, dashed(thief.event(victim, kind)) if kind else None)

    deed.__name__ = name
    attack(deed)


column("declare_verified", "open", "state = 'verified', outcome = 'Xong', completion = 'full', resolver_id = owner_id,"
       " resolved_at = last_at, resolved_on = '2026-11-05', verified_at = last_at", "case.started")  # fmt: skip
column("take_verification_back", "verified", "state = 'resolved', verified_at = NULL", "case.verified")
column("give_to_another_owner", "open", f"owner_id = {ELSE}", "case.reassigned")
column("move_the_deadline", "open", "deadline = '2027-06-30'", "case.assigned")
column("move_the_first_deadline", "verified", "first_deadline = '2026-12-31'", "case.assigned")
column("reword_the_outcome", "verified", "outcome = 'Hoàn thành xuất sắc'", "case.resolved")
column("clear_the_outcome", "verified", "state = 'in_progress', outcome = NULL, completion = NULL, resolver_id = NULL,"
       " resolved_at = NULL, resolved_on = NULL, verified_at = NULL", "case.resolved")  # fmt: skip
column("upgrade_the_completion", "continued", "completion = 'full'", "case.resolved")
column("resolve_earlier", "verified", "resolved_on = '2026-11-10'", "case.resolved")
column("verify_earlier", "verified", "verified_at = '2026-11-03 02:00:00.000000'", "case.verified")
column("name_another_resolver", "verified", f"resolver_id = {ELSE}", "case.resolved")
column("forget_extensions", "verified", "extensions_granted = 0", "case.extended")
column("forget_submissions", "verified", "submissions = 0", "case.resolved")
column("forget_the_reopening", "verified", "reopenings = 0", "case.reopened")
column("forget_days_overdue", "moved", "days_overdue_before = 0", "case.transferred")
column("move_to_another_unit", "open", f"organisation_id = {THERE}", "case.registered")
column("offer_to_another_unit", "open", f"offered_to_id = {THERE}", "case.registered")
column("change_the_level", "open", "level = 'district'", "case.registered")
column("change_the_period", "open", "period = 2025", "case.registered")
column("change_the_field", "open", "field_id = 1 + field_id % 6", "case.registered")
column("open_a_restricted_case", "restricted", "visibility = 'normal'", "case.registered")
column("hide_a_case", "open", "visibility = 'restricted'", "case.registered")
column("reword_the_title", "open", "title = 'Việc nhỏ'", "case.registered")
column("reword_the_work", "open", "expected_outcome = 'Dọn một ít'", "case.assigned")
column("reword_the_first_work", "verified", "first_expected_outcome = 'Dọn một nửa'", "case.assigned")
column("lower_the_urgency", "verified", "urgency = 'normal'", "case.edited")
column("lift_the_imposed_deadline", "verified", "deadline_imposed = 0", "case.registered")
column("let_the_own_unit_verify", "verified", "verify_by = 'own'", "case.assigned")
column("raise_the_progress", "open", "progress = 95", "case.progress_reported")
column("change_why_it_was_cancelled", "cancelled", "cancel_kind = 'duplicate'", "case.cancelled")
column("name_another_lead_officer", "verified", f"lead_officer_id = {ELSE} + 1", "case.assigned")
column("mark_as_history", "open", "history = 1", "case.registered")
column("pass_history_for_fact", "past", "history = 0", "case.imported")
column("finish_history_earlier", "past", "resolved_on = '2019-04-01'", "case.imported")
column("register_earlier", "open", "registered_at = '2026-01-05 02:00:00.000000'", "case.registered")
column("name_another_registrar", "open", f"registered_by_id = {ELSE}", "case.registered")
column("forget_the_return", "verified", "returned_seq = -1", "case.reopened")
column("hide_from_search", "open", "search_text = ''", None)
column("hide_from_search_without_marks", "open", "search_text = replace(search_text, 'o nhiem', 'x')", None)
column("turn_the_version_back", "open", "version = 2", None)
column("turn_the_chain_back", "open", "seq = seq - 1", None)
column("note_another_head", "open", "head = zeroblob(32)", None)
