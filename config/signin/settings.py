"""How people sign in, as settings; config/settings.py takes them all in, and docs/sign-in.md says what they mean."""

from datetime import timedelta

import environ

env = environ.Env()

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "config.signin.backends.ByAddress",
]
ACCOUNT_ADAPTER = "config.signin.adapters.People"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator writes the address down, and nobody changes it alone
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
# Whoever is signed in and may not see a page is offered to sign in as somebody else.
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
# Guesses of passwords are counted by axes, by person and address together. A limit by address alone would lock out an
# office, one by person alone would let anybody lock out anybody; so "login_failed" counts one-time codes only, which
# nobody reaches without the password.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}

ACCOUNT_FORMS = {
    "reset_password": "config.signin.forms.ForgottenPassword",
    "reset_password_from_key": "config.signin.forms.NewPassword",
    "change_password": "config.signin.forms.ChangedPassword",
    "reauthenticate": "config.signin.forms.PasswordAgain",
    "user_token": "config.signin.forms.ResetLink",
}
PASSWORD_RESET_TIMEOUT = 2 * 3600  # the mail and its page say so

MFA_ADAPTER = "config.signin.adapters.SecondFactor"
MFA_FORMS = {
    "authenticate": "config.signin.forms.SecondFactor",
    "reauthenticate": "config.signin.forms.SecondFactorAgain",
    "activate_totp": "config.signin.forms.SetUpApp",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Belay"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator wrote the address down

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that was named stays true
AXES_HANDLER = "config.signin.lockout.Guesses"
AXES_USERNAME_CALLABLE = "config.signin.lockout.person"
AXES_CLIENT_IP_CALLABLE = "config.signin.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "config.signin.lockout.answer"
AXES_DISABLE_ACCESS_LOG = True  # the sessions of a person say where and when they signed in
AXES_ENABLE_ADMIN = False  # it has no search and would show more than is needed; escalations/admin/signin does
AXES_VERBOSE = False

# A provider of the company (OpenID Connect) for staff; without an issuer there is none.
OIDC_ISSUER: str = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME: str = env.str("OIDC_NAME", default="OpenID Connect")
SOCIALACCOUNT_ADAPTER = "config.signin.provider.Company"
# A link leads there: after a form the content policy would let no browser follow. The state keeps others from using it.
SOCIALACCOUNT_LOGIN_ON_GET = True
