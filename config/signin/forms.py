"""The forms of signing in, in our words; what they check is allauth's."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from customers.models import User

# allauth tells bits and pieces of a form by these names.
LABELS = {
    "email": _("E-mail"),
    "oldpassword": _("Password until now"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": _("Code"),
}


class InOurWords:
    """A label for each field and nothing that vanishes when somebody types."""

    helps: ClassVar[dict[str, Any]] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text if name == "password1" else "")


class Twice(InOurWords):
    """A new password is typed twice."""

    cleaned_data: dict[str, Any]
    errors: Any

    def clean(self) -> dict[str, Any]:
        super().clean()  # type: ignore[misc]
        given = self.cleaned_data
        if "password2" in self.errors and given.get("password1") and self.data.get("password2"):  # type: ignore[attr-defined]
            del self.errors["password2"]
            self.add_error("password2", _("The two passwords are not the same."))  # type: ignore[attr-defined]
        return given


class ForgottenPassword(InOurWords, account.ResetPasswordForm):
    """Where the link goes to."""


class NewPassword(Twice, account.ResetPasswordKeyForm):
    """By a link that was mailed."""


class ChangedPassword(Twice, account.ChangePasswordForm):
    """By somebody who is signed in."""


class PasswordAgain(InOurWords, account.ReauthenticateForm):
    """Before something that only the person themself may do."""


class AcceptedInvitation(forms.Form):
    """The first password of somebody who was invited; `user` is set before it is checked."""

    user: User | None = None
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )
    password2 = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password1(self) -> str:
        given: str = self.cleaned_data["password1"]
        password_validation.validate_password(given, self.user)
        return given

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "password1" in given and "password2" in given and given["password1"] != given["password2"]:
            self.add_error("password2", _("The two passwords are not the same."))
        return given


class ResetLink(account.UserTokenForm):
    """A link that was mailed works for somebody who may sign in with a password, and for nobody else."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user and user.is_active and user.has_usable_password() else None


CODE_HELP = {"code": _("From your app, or one of your recovery codes.")}


class SecondFactor(InOurWords, mfa.AuthenticateForm):
    """After the password."""

    helps = CODE_HELP


class SecondFactorAgain(InOurWords, mfa.ReauthenticateForm):
    """Before something that only the person themself may do."""

    helps = CODE_HELP


class SetUpApp(InOurWords, totp.ActivateTOTPForm):
    """The first code proves that the app has the secret."""

    helps: ClassVar[dict[str, Any]] = {"code": _("The six digits that the app shows now.")}
