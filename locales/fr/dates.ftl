# Dates et durées. `month` va de 1 à 12 ; `day`, `year`, `hour` et `minute` sont des textes.

date-month = { $month ->
    [1] janv.
    [2] févr.
    [3] mars
    [4] avr.
    [5] mai
    [6] juin
    [7] juil.
    [8] août
    [9] sept.
    [10] oct.
    [11] nov.
   *[12] déc.
}
date-day = { $day ->
    [1] 1er
   *[other] { $day }
} { date-month } { $year }
date-time = { date-day }, { $hour } h { $minute }

ago-moment = à l’instant
ago-minutes = { $count ->
    [one] il y a une minute
   *[other] il y a { $count } minutes
}
ago-hours = { $count ->
    [one] il y a une heure
   *[other] il y a { $count } heures
}
ago-days = { $count ->
    [one] hier
   *[other] il y a { $count } jours
}
in-moment = dans un instant
in-minutes = { $count ->
    [one] dans une minute
   *[other] dans { $count } minutes
}
in-hours = { $count ->
    [one] dans une heure
   *[other] dans { $count } heures
}
in-days = { $count ->
    [one] demain
   *[other] dans { $count } jours
}
