# Dates and spans of time. `month` is 1 to 12; `day`, `year`, `hour` and `minute` come as text.

date-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
date-day = { $day } { date-month } { $year }
date-time = { $day } { date-month } { $year }, { $hour }:{ $minute }

ago-moment = just now
ago-minutes = { $count ->
    [one] a minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}
in-moment = in a moment
in-minutes = { $count ->
    [one] in a minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in an hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] tomorrow
   *[other] in { $count } days
}
