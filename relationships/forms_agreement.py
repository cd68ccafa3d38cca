"""Forms of strategic agreements: the text, the signature, a locked project."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import Form, day, line, text
from accounts.models import Contact, Opportunity
from core.choosing import ChoiceOfMany
from core.models import User


class AgreementForm(Form):
    """Period, intent, and what is exclusive."""

    title = line(pgettext_lazy("agreement", "Title"), 120, required=True)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=None, empty_label=None)
    starts_on = day(_("From"), required=True)
    ends_on = day(_("Until"), required=True)
    clauses = text(_("Clauses of intent"), rows=6, help_text=_("One a line."))
    is_exclusive = forms.BooleanField(
        label=_("Something in it is exclusive"),
        required=False,
        help_text=_("Compliance consents before it is approved."),
    )
    exclusivity = line(_("What is exclusive"), 300)
    documents = text(
        _("Documents"),
        rows=2,
        help_text=_("Where the paper and its annexes lie, one a line."),
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people
        self.fields["owner"].label_from_instance = lambda user: user.full_name


class LaterForm(AgreementForm):
    """What may change once the text is settled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {"owner", "documents", "version"}:
            del self.fields[name]


class SignForm(Form):
    """The day, and who has signed; the other side may follow."""

    signed_on = day(_("Signed on"), required=True)
    our_signatory = forms.ModelChoiceField(
        label=pgettext_lazy("agreement", "For us"),
        queryset=None,
        required=False,
        empty_label=_("not yet"),
    )
    their_signatory = ChoiceOfMany(
        label=_("For them"), queryset=None, required=False, empty_label=_("not yet")
    )

    def __init__(
        self, *args: Any, people: QuerySet[User], contacts: QuerySet[Contact], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["our_signatory"].queryset = people
        self.fields["our_signatory"].label_from_instance = lambda user: user.full_name
        self.fields["their_signatory"].queryset = contacts


class LockForm(Form):
    """A deal, its year and its value."""

    opportunity = ChoiceOfMany(label=_("Opportunity"), queryset=None)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    value = forms.DecimalField(
        label=pgettext_lazy("agreement", "Value"),
        max_digits=18,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Empty: the amount of the opportunity."),
    )

    def __init__(
        self, *args: Any, deals: QuerySet[Opportunity], years: tuple[int, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opportunity"].queryset = deals
        self.fields["year"].choices = [(year, str(year)) for year in years]
