from escalations.desk.pages import show, staff_only


@staff_only
def numbers(request):
    return show(request, "desk/numbers.html", {}, here="numbers")
