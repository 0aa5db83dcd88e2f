"""Moments outside of what can be told in every time zone are refused at their field."""

import pytest

from escalations.desk.forms.base import MomentField


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59", "1969-12-31T12:00", "3000-01-02T00:00"])
def test_a_moment_nobody_can_mean_is_no_moment(text: str) -> None:
    from_the_form = MomentField(missing="moment_missing")
    with pytest.raises(Exception, match=r"Say when|longer than a year"):
        from_the_form.clean(text)


def test_a_moment_of_today_is_one() -> None:
    moment = MomentField(missing="moment_missing").clean("2026-03-02T09:30")
    assert moment is not None
    assert moment.isoformat().startswith("2026-03-02T")
