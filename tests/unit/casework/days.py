"""Days the tests of clocks and calendars share. 2026 is known to the library, 2027 is not."""

import datetime as dt

MONDAY = dt.date(2026, 2, 9)
NOTICE = "国办发明电〔2026〕7号"
# Invented: nobody has published the notice of 2027 yet.
SPRING_2027 = {dt.date(2027, 2, day): (False, "春节") for day in range(5, 13)} | {
    dt.date(2027, 2, 20): (True, "调休上班"),
}
