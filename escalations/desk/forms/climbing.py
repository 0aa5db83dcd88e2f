"""The forms of the way up: what the next level must know, what is asked of it, and help that is lent."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.actions.escalation import BriefText, Question
from escalations.casefile.rungs import Criterion, first_met
from escalations.casefile.similar import SimilarArticle, matching_articles
from escalations.casefile.work import tried_so_far
from escalations.desk.forms.base import LevelField, MomentField, VerbForm, Written, grouped
from escalations.models import Agent, Ask, Brief, Event, Message, Skill, words
from escalations.models.positions import limit_of
from escalations.rules import events
from escalations.rules.procedure import Requirement, Rung
from escalations.rules.vocabulary import MANUAL_REASONS, AskState, Document, Kind, Reason
from knowledgebase.models import Article, Audience

MOST_ARTICLES = 6
MOST_BESIDE = 3
LARGEST_AMOUNT = 2_000_000_000
IN_FIELD = {Document.EVIDENCE: "evidence", Document.ARTICLES: "articles", Document.JUSTIFICATION: "justification"}


class SkillField(forms.ModelChoiceField):
    """A skill that is asked for, or any where none is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Skill.objects.all(), label=_("Skill it takes"), **kwargs)


class BriefForm(VerbForm):
    """What the next level must know, so that the customer need not say it again."""

    tried = Written(draft="brief", label=_("What was tried"), rows=3, missing="brief_missing")
    impact = Written(draft="brief", label=_("What it means for the customer"), rows=2, missing="brief_missing")
    asked = Written(draft="brief", label=_("What is asked of the next level"), rows=2, missing="brief_missing")
    evidence = Written(
        draft="brief",
        label=_("Evidence"),
        rows=2,
        required=False,
        missing="evidence_missing",
        help_text=_("Logs, pictures, numbers, or where they are."),
    )
    articles = forms.MultipleChoiceField(label=_("Articles tried"), widget=forms.CheckboxSelectMultiple, required=False)

    def known(self) -> dict[str, Any]:
        """What the case says already, so that nobody types it again."""
        told = Brief.objects.filter(step__escalation__case=self.case).order_by("-pk").first()
        if told is None:
            return {"tried": self._tried(), "impact": self._impact()}
        tried = [article.uid for article in told.articles.all()]
        return {"tried": told.tried, "impact": told.impact, "evidence": told.evidence, "articles": tried}

    def _tried(self) -> str:
        """The script as far as it was done, else what was written last."""
        last = self.case.messages.filter(contact=None).order_by("-pk").first()
        return tried_so_far(self.case) or (last.body if last else "")

    def _impact(self) -> str:
        """In the customer's own words: what is at stake for whoever asks for escalation, else how the case began."""
        impact = str(words.IMPACTS[self.case.impact])
        wish = Ask.objects.filter(case=self.case, state=AskState.OPEN.value).select_related("stake").first()
        first = wish.stake if wish else self.case.messages.filter(is_public=True).order_by("pk").first()
        return f"{impact}. {first.body}" if first else impact

    def furnish(self) -> None:
        super().furnish()
        self.matching = matching_articles(self.case, most=MOST_ARTICLES)
        offered = self._articles()
        field = self.fields["articles"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(offered.items())
        if not offered:
            del self.fields["articles"]

    def _articles(self) -> dict[str, str]:
        """Those on the words of the case, those ticked before; where the procedure wants some, never none at all."""
        offered = {article.uid: article.title for article in self.matching}
        if ticked := [uid for uid in self.initial.get("articles") or () if uid not in offered]:
            offered |= dict(Article.objects.filter(uid__in=ticked).values_list("uid", "title"))
        if not offered and any(row.document is Document.ARTICLES for row in self.procedure.requirements):
            newest = Article.objects.readable_by(Audience.INTERNAL).order_by("-changed_at")[:MOST_ARTICLES]
            offered = {article.uid: article.title for article in newest}
        return offered

    @property
    def beside(self) -> list[SimilarArticle]:
        """The articles that may make a climb unnecessary, the closest first."""
        return self.matching[:MOST_BESIDE]

    def told(self) -> BriefText:
        said = self.cleaned_data
        tried = tuple(Article.objects.filter(uid__in=said.get("articles", ())))
        return BriefText(said["tried"], said["impact"], said["asked"], evidence=said["evidence"], articles=tried)


class AmountField(forms.IntegerField):
    """Whole units of the currency in which the procedure decides."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_AMOUNT, required=False, **kwargs)


class OptionsField(forms.CharField):
    """One option a line."""

    def __init__(self, **kwargs: Any) -> None:
        area = forms.Textarea(attrs={"rows": 3})
        help_text = _("One on each line; whoever decides chooses one.")
        super().__init__(label=_("Options"), required=False, widget=area, help_text=help_text, **kwargs)

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return tuple(line for line in lines if line)


class AsksForDecision(VerbForm):
    """What forms with a question share: the amount is in the currency of the procedure, and the limit is told."""

    renamed = {**VerbForm.renamed, "currency": ("amount",)}

    question = Written(draft="brief", label=_("What has to be decided"), rows=2, missing="question_missing")
    options = OptionsField()
    recommendation = Written(draft="brief", label=_("What you recommend, and why"), rows=2, required=False)
    amount = AmountField()
    due_at = MomentField(
        label=_("To be decided by"),
        required=False,
        missing="deadline_in_the_past",
        help_text=_("Empty: as soon as the procedure wants decisions."),
    )

    def furnish(self) -> None:
        super().furnish()
        amount, currency = self.fields["amount"], self.procedure.currency
        amount.label = _("Amount in %(currency)s") % {"currency": currency}
        limit = self.own_limit
        if limit:
            told = {"limit": grouped(limit), "currency": currency}
            amount.help_text = _("Up to %(limit)s %(currency)s you may decide yourself.") % told

    @cached_property
    def own_limit(self) -> int | None:
        """Up to which amount whoever asks may decide; 0 for nobody of ours, None is any."""
        me = self.standing.agent_id if self.standing else None
        agent = Agent.objects.filter(pk=me).first() if me else None
        return limit_of(agent, self.procedure) if agent else 0

    @property
    def alone(self) -> Any:
        """That no decision of others is needed for the amount in question; empty where one is."""
        limit, amount = self.own_limit, self.case.amount
        if not amount or (limit is not None and amount > limit):
            return ""
        told = {"amount": grouped(amount), "currency": self.procedure.currency}
        return _("%(amount)s %(currency)s is within your limit: you may decide it alone.") % told

    def asking(self) -> Question:
        said = self.cleaned_data
        amount = said["amount"] or 0
        currency = self.procedure.currency if amount else ""
        return Question(said["question"], said["options"], said["recommendation"], amount, currency, said["due_at"])


class UpwardForm(AsksForDecision, BriefForm):
    """Escalate, or climb further: why, and everything the next level must know."""

    layout = "desk/_fields_upward.html"

    kind = forms.TypedChoiceField(
        label=_("What it needs"),
        choices=[(kind.value, words.KINDS[kind]) for kind in Kind],
        coerce=Kind,
        widget=forms.RadioSelect,
    )
    reason = forms.TypedChoiceField(label=_("Why"), coerce=Reason)
    level = LevelField(label=_("To"))
    skill = SkillField(required=False, empty_label=_("no particular one"))
    justification = Written(
        draft="brief",
        label=_("Why it cannot wait or be solved here"),
        rows=2,
        required=False,
        missing="justification_missing",
        help_text=_("Kept as an internal note."),
    )

    def known(self) -> dict[str, Any]:
        """Everything the case says already; why and what it needs from the first criterion that is met."""
        self.met: Criterion | None = first_met(self.case, timezone.now())
        kind = self.met.climb_kind if self.met else Kind.FUNCTIONAL.value
        return super().known() | {
            "kind": kind,
            "reason": self.met.reason if self.met else Reason.UNRESOLVED.value,
            "skill": self.case.usual_skill_id,
            "amount": self.case.amount or None,
            "asked": _("Please take this up, find the cause, and say what happens next."),
        }

    def furnish(self) -> None:
        super().furnish()
        self.fields["question"].required = False
        self.wanted = {"question": _("needed for a decision")}
        self._offer_levels()
        offered = list(MANUAL_REASONS)
        if self.met and self.met.reason not in offered:
            offered.append(Reason(self.met.reason))
        reason = self.fields["reason"]
        if isinstance(reason, forms.TypedChoiceField):
            reason.choices = [(code.value, words.REASONS[code]) for code in offered]
        for document, name in IN_FIELD.items():
            self._demand(name, [row for row in self.procedure.requirements if row.document is document])
        if any(row.document is Document.SCRIPT for row in self.procedure.requirements):
            self.fields["tried"].help_text = _("The procedure wants the script of the topic done before a climb.")

    def _offer_levels(self) -> None:
        above = [rung for rung in self.procedure.rungs if rung.number > self.case.level]
        level = self.fields["level"]
        if isinstance(level, LevelField):
            level.choices = [(rung.number, self._named(rung, above)) for rung in above]
        if len(above) > 1:
            level.help_text = _("Higher than the next one is a jump, and recorded as one.")

    @staticmethod
    def _named(rung: Rung, above: list[Rung]) -> str:
        skipped = ", ".join(str(other.number) for other in above if other.number < rung.number)
        named = f"{rung.number} – {rung.name}"
        return _("%(level)s (jump: skips %(skipped)s)") % {"level": named, "skipped": skipped} if skipped else named

    def _demand(self, name: str, rows: list[Requirement]) -> None:
        """Marks a field that the procedure wants, always or only at some levels or for one kind, and says so."""
        if not rows or name not in self.fields:
            return
        if any(row.level is None and row.kind is None for row in rows):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = words.REMEDIES[f"{name}_missing"]
            self.wanted[name] = _("wanted by the procedure")
            return
        self.wanted[name] = _("wanted by the procedure: %(cases)s") % {"cases": "; ".join(map(_where, rows))}

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        brief, asked = self.told(), self.asking()
        return {
            "kind": said["kind"],
            "reason": said["reason"],
            "level": said["level"],
            "skill": said["skill"],
            "justification": said["justification"],
            "brief": BriefText(
                brief.tried, brief.impact, brief.asked, asked.text, brief.evidence, brief.articles, asked.options,
                asked.recommendation, asked.amount, asked.currency, asked.due_at,
            ),
        }  # fmt: skip


def _where(row: Requirement) -> str:
    """Where a requirement applies, in words."""
    level = _("to level %(level)d") % {"level": row.level} if row.level else ""
    kind = str(words.KINDS[row.kind]) if row.kind else ""
    return ", ".join(str(part) for part in (level, kind) if part)


class CompleteForm(BriefForm):
    """The brief that was returned, with what it says now."""

    def known(self) -> dict[str, Any]:
        told = Brief.objects.filter(step__escalation__case=self.case).order_by("-pk").first()
        return super().known() | {"asked": told.asked if told else ""}

    @property
    def facts(self) -> list[tuple[Any, str]]:
        """What is missing, in the words of whoever returned it."""
        returned = Event.objects.filter(case=self.case, kind=events.EscalationReturned.kind).order_by("-seq").first()
        said = Message.objects.filter(uid=returned.data["message"]).first() if returned else None
        return [(_("What is missing"), said.body)] if said else []

    def arguments(self) -> dict[str, Any]:
        return {"brief": self.told()}


class AskDecisionForm(AsksForDecision):
    """A question to somebody with the authority, while the work goes on here."""

    person = forms.ModelChoiceField(
        label=_("Ask"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("whoever is next and may decide it"),
    )

    def known(self) -> dict[str, Any]:
        return {"amount": self.case.amount or None}

    def furnish(self) -> None:
        super().furnish()
        person, me = self.fields["person"], self.standing.as_agent if self.standing else 0
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = Agent.objects.active().select_related("user").exclude(pk=me)

    def arguments(self) -> dict[str, Any]:
        return {"question": self.asking(), "person": self.cleaned_data["person"]}


class PullUpForm(VerbForm):
    justification = Written(
        draft="pull-up",
        label=_("Why you take it up"),
        missing="justification_missing",
        help_text=_("Kept as an internal note for those who had it."),
    )


class LendForm(VerbForm):
    skill = SkillField(empty_label=_("Choose a skill"))
    asked = Written(
        draft="lend",
        label=_("What is asked of the expert"),
        missing="brief_missing",
        help_text=_("Kept as an internal note."),
    )

    def known(self) -> dict[str, Any]:
        return {"skill": self.case.skill_id}
