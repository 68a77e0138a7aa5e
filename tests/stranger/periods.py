"""Counts legal periods another way than the product: from the holiday notices as printed, a day at a time, sharing nothing with it.

Reads lines "KIND FROM N [PAUSE…]" from the file named, prints one last day a line. KIND: wd+ wd- wdfull cd+ cd+roll cd- m+ m+roll m- y+ y+roll y-;
a pause is A..B: the days after A up to and including B stand still. Article 85 of the civil procedure law: the day of the event is not counted, and
a last day on a day of rest moves to the first working day after it; article 202 of the civil code: months and years end on the corresponding day, or,
where the month has none, on its last.
"""
import sys
from datetime import date, timedelta

OFF = """2024 0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007
2025 0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008
2026 0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007
2027 0101 0205-0208 0405 0501-0502 0609 0915 1001-1003"""
WORKED = """2024 0204 0218 0407 0428 0511 0914 0929 1012
2025 0126 0208 0427 0928 1011
2026 0104 0214 0228 0509 0920 1010"""
ONE = timedelta(days=1)


def spread(text):
    days = set()
    for line in text.splitlines():
        year, *spans = line.split()
        for span in spans:
            first, _, last = span.partition("-")
            day, end = (date(int(year), int(d[:2]), int(d[2:])) for d in (first, last or first))
            while day <= end:
                days.add(day)
                day += ONE
    return days


off, worked = spread(OFF), spread(WORKED)


def is_worked(day):
    return day in worked or (day not in off and day.weekday() < 5)


def walk(day, count, step, counts):
    """The count-th day from the event that counts."""
    while count:
        day += step
        if counts(day):
            count -= 1
    return day


def rest_over(day):
    while not is_worked(day):
        day += ONE
    return day


def in_full(event, count, counts):
    """The latest day that counts and has that many whole days which count between itself and the event."""
    day = event - ONE
    while True:
        between = sum(counts(day + ONE * i) for i in range(1, (event - day).days))
        if counts(day) and between >= count:
            return day
        day -= ONE


def months(day, count):
    """Month by month; then the day of the same number, or the last there is."""
    year, month = day.year, day.month
    for _ in range(abs(count)):
        month += 1 if count > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def last_day(kind, event, count, pauses):
    def still(day):
        return any(a < day <= b for a, b in pauses)

    if kind == "wd+":
        return walk(event, count, ONE, lambda d: is_worked(d) and not still(d))
    if kind == "wd-":
        return walk(event, count, -ONE, is_worked)
    if kind == "wdfull":
        return in_full(event, count, is_worked)
    if kind in ("cd+", "cd+roll"):
        day = walk(event, count, ONE, lambda d: not still(d))
    elif kind == "cd-":
        return walk(event, count, -ONE, lambda d: True)
    else:
        sign = -1 if kind[1] == "-" else 1
        day = months(event, sign * count * (12 if kind[0] == "y" else 1))
    return rest_over(day) if kind.endswith("roll") else day


for line in open(sys.argv[1], encoding="utf-8"):
    kind, event, count, *pauses = line.split()
    spans = [tuple(date.fromisoformat(d) for d in p.split("..")) for p in pauses]
    print(last_day(kind, date.fromisoformat(event), int(count), spans).isoformat())
