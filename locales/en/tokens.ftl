# People's own tokens.

tokens-title = Access tokens
tokens-lead = Whoever has one of these can act as you, within what it may. Revoke those that you no longer need.
tokens-list = Your tokens
tokens-column-name = Name
tokens-column-may = May
tokens-column-used = Last used
tokens-column-end = Ends
tokens-never-used = Never
tokens-ended = Expired
tokens-ends-with-sign-in = With your sign-in
tokens-of-front-end = Sign-in elsewhere
tokens-revoke = Revoke
tokens-revoke-title = Revoke { $name }?
tokens-revoke-text = Whatever uses it stops working at once. This cannot be undone.
tokens-revoked = The token is revoked.
tokens-new = New token
tokens-new-lead = For programs of your own. A token may do what you may, within what you allow it here: give it as little as it needs.
tokens-name = Name
tokens-name-help = What it is for: “Backup script”.
tokens-scopes = It may
tokens-end = It works for
tokens-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
tokens-create = Create token
tokens-confirm-text = You signed in a while ago. Show that it is you, and you can make a token.
tokens-confirm = Confirm it is you
tokens-secret-title = Your new token
tokens-secret = Token
tokens-try = Try it
tokens-error-name = Give it a name of at most 100 characters.
tokens-error-scopes = Allow it at least one thing.
tokens-error-end = Choose how long it works.
tokens-error-too-many = You have 50 tokens. Revoke one that you no longer need.
