# The trail and the people, for administrators.

audit-title = Audit
audit-lead = What happened, who did it, and for whom.
audit-export-csv = Export CSV
audit-export-jsonl = Export JSON lines
audit-person = Person: e-mail address or id
audit-application = Application
audit-action = Action
audit-any = Any
audit-all-of = { $object }* (all)
audit-since = From
audit-until = To
audit-room = Room
audit-token = Token
audit-error-person = No account has this address or id.
audit-error-application = There is no such application.
audit-error-action = There is no such action.
audit-error-moment = This is no date and time.
audit-error-id = This is no id.
audit-empty = Nothing has happened yet
audit-nothing = Nothing like it happened
audit-wrong = We could not look for that
audit-nothing-text = Change what you ask for, or ask for everything.
audit-nothing-yet = Nothing like it so far
audit-searched-to = There are very many events. Looked at those since:
audit-search-on = Look further back
audit-column-when = When
audit-column-what = What
audit-column-who = Who
audit-column-for = For
audit-column-application = Application
audit-column-from = From address
audit-times = { $count } times
audit-operator = Operator
audit-anonymous = Nobody known
audit-deleted-person = Deleted person
audit-deleted-application = Deleted application
audit-exact = Exact time
audit-request = Request
audit-count = How often
audit-count-minute = { $count ->
    [one] once in that minute
   *[other] { $count } times in that minute
}
audit-all-of-it = All its events
audit-change = What changed
audit-part = Part
audit-before = Before
audit-after = After
audit-details = Details

people-title = People
people-lead = Everyone who has an account here, the newest first.
people-requests = { $count ->
    [0] Sign-in requests
   *[other] Sign-in requests ({ $count })
}
people-search = Name or e-mail address
people-any-status = Any state
people-any-role = Any role
people-column-name = Name
people-column-state = State
people-column-role = Role
people-column-made = Made
people-active = Active
people-pending = Has not come yet
people-disabled = Disabled
people-user = No administrator
people-nobody = Nobody found
people-nobody-text = People are found by the beginnings of their names and e-mail addresses.

person-trail = What happened
person-email = E-mail address
person-email-confirmed = confirmed
person-email-expected = expected: its person has not come yet
person-email-claimed = unconfirmed
person-email-none = none
person-rooms = Rooms
person-rooms-count = { $count ->
    [0] owns none
    [one] owns one
   *[other] owns { $count }
}
person-id = Id
person-sessions = Signed in
person-sessions-none = Not signed in anywhere.
person-end-sessions = End all sessions
person-end-sessions-title = End all sessions?
person-end-sessions-text = Every browser in which this person is signed in is signed out at once. She can sign in again.
person-session-ended = The session has ended.
person-sessions-ended = { $count ->
    [0] There was no session to end.
    [one] The session has ended.
   *[other] { $count } sessions have ended.
}
person-ways-in = Ways in
person-has-password = Signs in with a password.
person-no-way-in = None: this person has neither a password nor an identity at a provider.
person-provider = Provider
person-subject = Known there as
person-used = Last used
person-unlink = Unlink
person-unlink-title = Unlink this identity?
person-unlink-text = The person can no longer sign in with it, and the sessions that began with it end.
person-unlinked = The identity is unlinked.
person-last-way-in = This is the last way in. It can be unlinked when the account is disabled, or has another.
person-applications = Applications
person-applications-none = No application acted for this person lately.
person-application = Application
person-acted = Last acted
person-grant = Make administrator
person-grant-title = Make { $name } an administrator?
person-grant-text = Administrators see everything that happens, and may change applications and people.
person-granted = This person is an administrator now.
person-revoke = Take administrator’s role
person-revoke-title = Take the administrator’s role from { $name }?
person-revoke-text = The account stays; the administrators’ pages are closed to it.
person-revoked = This person is no administrator any more.
person-disable = Disable account
person-disable-title = Disable the account of { $name }?
person-disable-text = Nobody can sign in with it, its sessions end, and no application can act for this person. You can enable it again.
person-disabled = The account is disabled.
person-enable = Enable account
person-enabled = The account is enabled.
person-is-disabled = This account is disabled. Nobody can sign in with it, and no application can act for its person.
