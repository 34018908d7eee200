# Applications, for administrators.

applications-title = Applications
applications-lead = Other software that may act for people here, within the limits that you set.
applications-new = New application
applications-empty-text = Register a calendar, a helpdesk or any other software that should create rooms for people.
applications-column-name = Name
applications-column-may = May
applications-column-for = For people of
applications-column-state = State
applications-column-made = Made
applications-active = Active
applications-disabled-state = Disabled
applications-nobody = nobody yet
applications-everybody-warning = May act for everyone

applications-new-title = New application
applications-new-lead = It gets an id and a secret, which is shown to you once.
applications-name = Name
applications-name-help = People see it beside what the application made for them.
applications-scopes = What it may do
applications-scopes-help = Only for people of the domains below, and never more than they may do themselves.
applications-domains = E-mail domains
applications-domains-help = One per line, such as example.org. Without any, it may act for nobody.
applications-all-domains = Every domain
applications-all-domains-help = It may then act for everyone, you included.
applications-allow-user-creation = Accounts for people who never signed in
applications-allow-user-creation-help = It may make rooms for an address before its person has come here for the first time.
applications-create = Create application
applications-error-name = Enter a name of 1 to 255 characters.
applications-error-scope = One of these rights is unknown. Choose again.
applications-error-domain = “{ $domain }” is not a domain. Write it like example.org.

applications-may = May { $deeds } for people of { $domains }; sees nothing else.
applications-may-for-everyone = May { $deeds } for everyone; sees nothing else.
applications-may-for-nobody = May { $deeds }, but for nobody: it has no e-mail domain.
applications-may-nothing = May do nothing: it has no right.
applications-and = { $first } and { $last }

applications-secret-title = The secret of this application
applications-secret = Secret
applications-client-id = Client id
applications-try = Try it: a token for a person (replace the address by one of an allowed domain)
applications-secrets = Secrets
applications-secret-column-prefix = Begins with
applications-secret-column-made = Made
applications-secret-column-end = Ends
applications-secret-no-end = when it is replaced
applications-user-creation = Accounts for newcomers
applications-yes = Yes
applications-no = No
applications-made = Made
applications-disable = Disable application
applications-disable-title = Disable “{ $name }”?
applications-disable-text = It gets no new token, and those that it has stop working at once. You can enable it again.
applications-enable = Enable application
applications-enabled = The application is active.
applications-disabled = The application is disabled. Its tokens have stopped working.
